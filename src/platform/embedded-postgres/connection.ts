import { randomBytes } from 'node:crypto';
import { existsSync, openSync, closeSync, fsyncSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { giveToDirectoryOwner } from './account.js';

/** How to reach the server of a data directory; kept in its `postgres.json`. */
export interface Connection {
  port: number;
  password: string;
}

/** Where it is kept. */
export const connectionFileOf = (dataDir: string): string => join(dataDir, 'postgres.json');

const firstPort = 54329;
const lastPort = firstPort + 1000;

/** The connection remembered in the data directory; undefined in a new one. */
export function recallConnection(dataDir: string): Connection | undefined {
  const file = connectionFileOf(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Connection) : undefined;
}

/** A connection with a random password, for a new cluster. Throws when there is a cluster: we do not know its password. */
export function inventConnection(existingCluster: string | undefined): Connection {
  if (existingCluster)
    throw new Error(`The password of ${existingCluster} is lost: restore postgres.json in the data directory.`);
  return { port: firstPort, password: randomBytes(24).toString('base64url') };
}

/** Remembers the connection, for our user's eyes only; what was there before survives a crash in the middle. */
export function rememberConnection(dataDir: string, connection: Connection): void {
  const file = connectionFileOf(dataDir);
  const draft = `${file}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  writeFileSync(descriptor, JSON.stringify(connection));
  fsyncSync(descriptor);
  closeSync(descriptor);
  giveToDirectoryOwner(draft);
  renameSync(draft, file);
}

/** The remembered port if nothing listens there, else the next free one from 54329. Throws when a thousand are taken. */
export async function choosePort(remembered: number): Promise<number> {
  if (await isFree(remembered)) return remembered;
  for (let port = firstPort; port < lastPort; port++) if (await isFree(port)) return port;
  throw new Error(`No free port for PostgreSQL between ${firstPort} and ${lastPort}.`);
}

/** Whether nobody listens on a port of this machine. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The URL of the database `campanile`. */
export function urlOf({ port, password }: Connection): string {
  return `postgresql://campanile:${password}@127.0.0.1:${port}/campanile`;
}

/** Creates the database `campanile` unless it exists, and so proves that the server lets us in. */
export async function ensureDatabase(connection: Connection): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await query(connection, 'campanile', 'SELECT 1');
    } catch (error) {
      const { code } = error as { code?: string };
      const missing = code === '3D000';
      const busyStarting = code === '57P03';
      if (missing) await query(connection, 'postgres', 'CREATE DATABASE campanile');
      else if (busyStarting && Date.now() < deadline) await delay(20);
      else throw error;
    }
  }
}

async function query(connection: Connection, database: string, sql: string): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    ...connection,
    user: 'campanile',
    database,
    ssl: false,
    connectionTimeoutMillis: 30_000,
  });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
