import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { until } from './deadline.js';
import type { Undertaker } from './undertaker.js';

/** How PostgreSQL is stopped, as `pg_ctl stop -m` names it; these are the signals that `pg_ctl` sends. */
const STOP = { immediate: 'SIGQUIT', fast: 'SIGINT' } as const;

/** The embedded server of the chaos: durable, and able to crash. */
export class Postgres {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedPostgres,
    private readonly undertaker: Undertaker,
  ) {}

  static async open(undertaker: Undertaker): Promise<Postgres> {
    const dataDir = mkdtempSync(join(tmpdir(), 'campanile-chaos-db-'));
    chmodSync(dataDir, 0o755);
    undertaker.removeAtTheEnd(dataDir);
    const postgres = new Postgres(dataDir, await launch(dataDir), undertaker);
    undertaker.watch(postgres.postmaster());
    return postgres;
  }

  get port(): number {
    return this.server.port;
  }

  /** The URL of a database, perhaps through a proxy's port. */
  urlOf(database: string, port = this.port): string {
    const url = new URL(this.server.url);
    url.pathname = `/${database}`;
    url.port = String(port);
    return url.href;
  }

  /** Makes a database, a copy of another where one is named. */
  async create(name: string, template = 'template0'): Promise<void> {
    const client = new Client({ connectionString: this.server.url });
    await client.connect();
    await client.query(`create database ${name} template ${template}`).finally(() => client.end());
  }

  async drop(name: string): Promise<void> {
    const client = new Client({ connectionString: this.server.url });
    await client.connect();
    await client.query(`drop database if exists ${name} with (force)`).finally(() => client.end());
  }

  /** Stops the server, `immediate` as a crash would, and waits until it is gone. */
  async stop(mode: keyof typeof STOP): Promise<void> {
    const pid = this.postmaster();
    process.kill(pid, STOP[mode]);
    await until(`PostgreSQL stops (${mode})`, 30_000, () => !isAlive(pid));
    this.undertaker.forget(pid);
  }

  /** Starts it again on the same port; a crash is recovered from first. */
  async start(): Promise<void> {
    this.server = await launch(this.dataDir);
    this.undertaker.watch(this.postmaster());
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  private postmaster(): number {
    return Number(readFileSync(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }
}

const launch = (dataDir: string) => openEmbeddedPostgres({ dataDir, log: () => undefined });

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
