import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { CampanileError } from '../../platform/errors.js';
import { connectAlone } from '../../platform/lone-client.js';
import { migrateUp } from '../../platform/migrate.js';
import type { Schema } from '../../platform/orm.js';

const PREFIX = 'campanile_simulation_';
const INSUFFICIENT_PRIVILEGE = '42501';

/** A second, empty set of the product's tables in the same database, until it is closed. */
export interface ScratchSchema {
  /** The PostgreSQL schema. */
  name: string;
  databaseUrl: string;
  /** The product's, in this schema. */
  schema: Schema;
  close(): Promise<void>;
}

/**
 * Makes a scratch schema. A schema, because that needs no more than an owner's rights, copies stay in the server, and
 * all of it goes in one statement. It is ours for as long as our session holds the lock on its name: of what was left
 * by a killed process nobody does, and the next to come removes it.
 */
export async function openScratchSchema(databaseUrl: string, schema: Schema): Promise<ScratchSchema> {
  const guard = await connectAlone({ connectionString: databaseUrl, keepAlive: true });
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  try {
    await removeLeftovers(guard);
    // Before the schema is there: nobody may ever see it without its lock.
    await guard.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
    await guard.query(`create schema ${name}`);
    const scratch = { ...schema, namespace: name };
    await migrateUp(databaseUrl, scratch);
    return { name, databaseUrl, schema: scratch, close: () => remove(guard, name) };
  } catch (error) {
    await remove(guard, name);
    throw (error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE ? mayNotCreate() : error;
  }
}

function mayNotCreate(): CampanileError {
  return new CampanileError(
    'unavailable',
    'SIMULATION_UNAVAILABLE',
    'A simulation needs a schema for itself, and the database user may not make one: GRANT CREATE ON DATABASE … TO …',
  );
}

async function remove(guard: Client, name: string): Promise<void> {
  try {
    await guard.query(`drop schema if exists ${name} cascade`);
  } finally {
    await guard.end().catch(() => undefined);
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
