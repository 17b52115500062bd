import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { CampanileError } from '../../platform/errors.js';
import { migrateUp } from '../../platform/migrate.js';
import type { Schema } from '../../platform/orm.js';

const PREFIX = 'campanile_simulation_';

/** A second, empty set of the product's tables in the same database, until it is closed. */
export interface ScratchSchema {
  /** The PostgreSQL schema. */
  name: string;
  /** The database's address, with every unqualified name meaning this schema. */
  url: string;
  schema: Schema;
  close(): Promise<void>;
}

/**
 * Makes a scratch schema. A schema, because that needs no more than an owner's rights, copies stay in the server, and
 * all of it goes in one statement. It is ours for as long as our session holds the lock on its name: of what was left
 * by a killed process nobody does, and the next to come removes it.
 */
export async function openScratchSchema(databaseUrl: string, schema: Schema): Promise<ScratchSchema> {
  const guard = new Client({ connectionString: databaseUrl, keepAlive: true });
  await guard.connect();
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  try {
    await removeLeftovers(guard);
    // Before the schema is there: nobody may ever see it without its lock.
    await guard.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
    await guard.query(`create schema ${name}`);
    const scratch = { ...schema, namespace: name };
    const url = withSearchPath(databaseUrl, name);
    await assertHonoured(url, name);
    await migrateUp(url, scratch);
    return { name, url, schema: scratch, close: () => remove(guard, name) };
  } catch (error) {
    await remove(guard, name);
    throw error;
  }
}

async function remove(guard: Client, name: string): Promise<void> {
  try {
    await guard.query(`drop schema if exists ${name} cascade`);
  } finally {
    await guard.end();
  }
}

async function removeLeftovers(guard: Client): Promise<void> {
  const { rows } = await guard.query<{ name: string }>(
    'select nspname as name from pg_namespace where starts_with(nspname, $1) and nspname ~ $2',
    [PREFIX, `^${PREFIX}[0-9a-f]{12}$`],
  );
  for (const { name } of rows) {
    const key = `hashtextextended('${name}', 0)`;
    const { rows: locks } = await guard.query<{ free: boolean }>(`select pg_try_advisory_lock(${key}) as free`);
    if (!locks[0]!.free) continue;
    await guard.query(`drop schema if exists ${name} cascade`);
    await guard.query(`select pg_advisory_unlock(${key})`);
  }
}

/** Nothing played needs to survive a power cut, so its commits do not wait for the disk. */
function withSearchPath(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  const options = [url.searchParams.get('options'), `-c search_path=${name}`, '-c synchronous_commit=off'];
  url.searchParams.set('options', options.filter(Boolean).join(' '));
  // A space as "+" would reach the server as it is.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}

/** A pooler between us and the server may drop what we ask of a connection, and then the real tables would be played with. */
async function assertHonoured(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ schemas: string[] }>('select current_schemas(false)::text[] as schemas');
    if (rows[0]!.schemas.join() === name) return;
    throw new CampanileError(
      'unavailable',
      'SIMULATION_UNAVAILABLE',
      'The connection to the database does not keep its search_path (a pooler in between?), which a simulation needs.',
    );
  } finally {
    await client.end();
  }
}
