import { resolve } from 'node:path';
import { Client } from 'pg';
import type { Config } from './config.js';
import { findCluster } from './embedded-postgres/cluster.js';
import { connectionFileOf } from './embedded-postgres/connection.js';
import { openEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';

/** A database that answers, and the way to leave it. */
export interface OpenDatabase {
  url: string;
  /** In words, for people: where it is, whether it was just made, and where its password stands. */
  description: string;
  close(): Promise<void>;
}

/** The oldest server whose SQL we use. */
const OLDEST_MAJOR = 15;

/** The database of DATABASE_URL, or the embedded one in DATA_DIR, started if need be. Throws with a sentence to act on. */
export async function openDatabase(config: Config, log: (line: string) => void): Promise<OpenDatabase> {
  if (config.DATABASE_URL) {
    await assertUsable(config.DATABASE_URL);
    return { url: config.DATABASE_URL, description: 'from DATABASE_URL', close: () => Promise.resolve() };
  }
  const dataDir = resolve(config.DATA_DIR);
  const server = await openEmbeddedPostgres({ dataDir, log, revive: true });
  const description = `embedded, ${server.started}; its password is in ${connectionFileOf(dataDir)}`;
  return { url: server.url, description, close: () => server.close() };
}

/** Throws, with a sentence to act on, where there is no database yet and opening one would make it. */
export function requireDatabase(config: Config): void {
  const dataDir = resolve(config.DATA_DIR);
  if (config.DATABASE_URL || findCluster(dataDir) !== undefined) return;
  throw new Error(
    `There is no database to do this with: DATABASE_URL is not given, and there is none in ${dataDir}. Give this command the ` +
      'settings of the installation (docs/operations.md, "Commands"), or make a new one: npm start.',
  );
}

async function assertUsable(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    if (Number.parseInt(rows[0]!.server_version, 10) < OLDEST_MAJOR)
      throw new Error(`it is PostgreSQL ${rows[0]!.server_version}; ${OLDEST_MAJOR} or newer is needed`);
  } catch (error) {
    throw new Error(`The database of DATABASE_URL cannot be used: ${(error as Error).message || String(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
