import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { schema } from '../src/schema.js';
import { openEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { migrateUp } from '../src/platform/migrate.js';
import { serverCpuSeconds } from './cpu-time.js';
import { makeDataDirectory } from './data-directory.js';
import { type Later, tidily } from './tidily.js';

/** A durable embedded PostgreSQL of the bench's own, with the product's settings, for everybody who is compared on it. */
export interface BenchServer {
  /** Makes an empty database and answers its URL. */
  database(name: string): Promise<string>;
  /** Makes a database with the product's tables and answers its URL. */
  migrated(name: string): Promise<string>;
  /** Processor seconds the server has used so far. */
  cpuSeconds(): number;
}

/** Opens one in a directory of its own. Only the connections are more than the product's: several processes of several products. */
export async function openServer(later: Later): Promise<BenchServer> {
  const dataDir = makeDataDirectory();
  later(() => rmSync(dataDir, { recursive: true, force: true }));
  const first = await openEmbeddedPostgres({ dataDir, log: () => undefined });
  await command(first.url, 'alter system set max_connections = 500');
  await first.close();
  const server = await openEmbeddedPostgres({ dataDir, log: () => undefined });
  later(() => server.close());
  const database = async (name: string) => {
    await command(server.url, `create database ${name}`);
    return server.url.replace(/\/campanile$/, `/${name}`);
  };
  return {
    database,
    migrated: async (name) => {
      const url = await database(name);
      await migrateUp(url, schema);
      return url;
    },
    cpuSeconds: () => serverCpuSeconds(dataDir),
  };
}

/** A connection of the bench's own, to look and to prepare with. */
export async function connect(url: string, later: Later): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  later(() => client.end());
  return client;
}

/** Puts everything written so far onto the disk, so that nobody pays for what another left behind. */
export async function settle(client: Client): Promise<void> {
  await client.query('checkpoint');
}

function command(url: string, sql: string): Promise<unknown> {
  return tidily(async (later) => (await connect(url, later)).query(sql));
}
