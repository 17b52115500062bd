import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { claimOf, processIdentity } from '../../src/platform/embedded-postgres/process-identity.js';

/** Whether PostgreSQL has to run as another user than we. */
export const isRoot = process.getuid?.() === 0;
/** What the servers of this test logged. */
export const notes: string[] = [];
const opened: EmbeddedPostgres[] = [];
/** Processes of this test, which {@link tidyUp} kills. */
export const helpers: ChildProcess[] = [];

/** Opens a server that {@link tidyUp} closes; what it logs goes to {@link notes}. */
export const open = async (
  dataDir: string,
  options: { systemDir?: string; fsync?: boolean; revive?: boolean } = {},
) => {
  const server = await openEmbeddedPostgres({ dataDir, fsync: false, log: (line) => notes.push(line), ...options });
  opened.push(server);
  return server;
};

/** A directory that every user can enter. */
export const freshDirectory = () => {
  const directory = fs.mkdtempSync(join(tmpdir(), 'campanile-embedded-'));
  fs.chmodSync(directory, 0o755);
  return directory;
};

/** One statement over a connection of its own. */
export const query = async (url: string, sql: string) => {
  const client = new pg.Client(url);
  // A server killed under the query ends the connection a second time, outside of the query.
  client.on('error', () => undefined);
  await client.connect();
  return client.query(sql).finally(() => client.end().catch(() => undefined));
};

/** The `postmaster.pid` of a data directory. */
export const pidFileOf = (dataDir: string) => join(dataDir, 'postgres', 'postmaster.pid');
/** The pid in the `postmaster.pid` of a data directory. */
export const postmasterOf = (dataDir: string) => Number(fs.readFileSync(pidFileOf(dataDir), 'utf8').split('\n')[0]);
/** Whether the process runs; a zombie does not. */
export const isAlive = (pid: number) => processIdentity(pid) !== undefined;

/** Polls until the condition holds; throws after ten seconds. */
export const until = async (condition: () => boolean) => {
  for (const deadline = Date.now() + 10_000; !condition(); await delay(5)) {
    if (Date.now() > deadline) throw new Error(`Still not so: ${condition}`);
  }
};

/** Kills the process without warning and waits until it is gone. */
export const kill = async (pid: number) => {
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid));
};

/** The claim of a process that was killed while it held it. */
export const claimOfTheDead = async () => {
  const child = spawn('sleep', ['60']);
  helpers.push(child);
  const claim = claimOf(child.pid!);
  await kill(child.pid!);
  return claim;
};

/** Closes the servers and kills the processes of this test. */
export const tidyUp = async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
  for (const helper of helpers.splice(0)) helper.kill('SIGKILL');
  notes.length = 0;
};
