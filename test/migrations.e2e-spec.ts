import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { schema } from '../src/app.module.js';
import { migrateDown, migrateUp, migrationStatus } from '../src/platform/migrate.js';
import { ormOptions } from '../src/platform/orm.js';
import { emptyDatabase } from './support/database.js';

const names = schema.migrations.map(({ name }) => name);

let database: { url: string; drop: () => Promise<void> };
let client: Client;
beforeEach(async () => {
  database = await emptyDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const query = async (text: string) => (await client.query(text)).rows;
const frequencies = async () => (await query('select unnest(enum_range(null::frequency))::text as value')).map(valueOf);
const valueOf = ({ value }: { value: string }) => value;

/** The schema with its first migrations only. */
const upTo = (count: number) => ({ ...schema, migrations: schema.migrations.slice(0, count) });

/** How many migrations there are up to the last that grew the frequency enum. */
const grownBy = names.indexOf('0007_frequency_minutely_yearly') + 1;
const grown = upTo(grownBy);

/** What migrations may leave in a database, by name. */
const things = async () =>
  (
    await query(`
      select relname::text as value from pg_class where relnamespace = 'public'::regnamespace
      union select typname::text from pg_type where typnamespace = 'public'::regnamespace order by 1`)
  ).map(valueOf);

describe('migrations', () => {
  it('go up from nothing, and then there is nothing left to do', async () => {
    expect(await migrateUp(database.url, schema)).toEqual(names);
    expect(await migrateUp(database.url, schema)).toEqual([]);
    const status = await migrationStatus(database.url, schema);
    expect(status.map(({ name }) => name)).toEqual(names);
    expect(status.every(({ executedAt }) => executedAt instanceof Date)).toBe(true);
  });

  it('make exactly the schema that the entities describe', async () => {
    await migrateUp(database.url, schema);
    const orm = new MikroORM(ormOptions(database.url, 2, schema));
    const difference = (await orm.schema.getUpdateSchemaSQL())
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('set names'));
    await orm.close();
    expect(difference).toEqual([]);
  });

  it('grow the frequency enum step by step, in natural order', async () => {
    const found: Record<string, string[]> = {};
    for (let count = 2; count <= grownBy; count += 1) {
      await migrateUp(database.url, upTo(count));
      found[names[count - 1]!] = await frequencies();
    }
    const first = ['daily', 'weekly', 'monthly'];
    expect(found).toEqual({
      '0002_campaigns': first,
      '0003_delivery': first,
      '0004_analytics': first,
      '0005_access': first,
      '0006_frequency_secondly_hourly': ['secondly', 'hourly', ...first],
      '0007_frequency_minutely_yearly': ['secondly', 'minutely', 'hourly', ...first, 'yearly'],
    });
  });

  it('go down one at a time, each giving back the enum it found', async () => {
    await migrateUp(database.url, grown);
    expect(await migrateDown(database.url, grown)).toEqual([names[grownBy - 1]]);
    expect(await frequencies()).toEqual(['secondly', 'hourly', 'daily', 'weekly', 'monthly']);
    expect(await migrateDown(database.url, grown)).toEqual([names[grownBy - 2]]);
    expect(await frequencies()).toEqual(['daily', 'weekly', 'monthly']);
    expect(await migrateUp(database.url, grown)).toEqual(names.slice(grownBy - 2, grownBy));
  });

  it('go down to nothing and leave no table and no type', async () => {
    await migrateUp(database.url, schema);
    const own = (await things()).filter((name) => !name.includes('migration'));
    expect(own).toEqual(expect.arrayContaining(['campaign', 'delivery_0', 'outcome', 'frequency', 'run_batch']));
    expect(await migrateDown(database.url, schema, true)).toEqual([...names].reverse());
    expect((await things()).filter((name) => !name.includes('migration'))).toEqual([]);
    expect(await migrateUp(database.url, schema)).toEqual(names);
  });

  it('refuse to take back a frequency that a campaign uses, and lose nothing', async () => {
    await migrateUp(database.url, grown);
    await client.query(`
      insert into campaign (name, type, message, anchor_at, anchor_local, frequency)
      values ('Birthday', 'recurring', 'Happy birthday', now(), '2026-01-01T00:00:00', 'yearly')`);
    await expect(migrateDown(database.url, grown)).rejects.toThrow(/invalid input value for enum.*"yearly"/);
    expect(await query('select name, frequency::text from campaign')).toEqual([
      { name: 'Birthday', frequency: 'yearly' },
    ]);
    expect(await frequencies()).toContain('yearly');
    expect((await migrationStatus(database.url, grown)).every(({ executedAt }) => executedAt)).toBe(true);
    await client.query(`delete from campaign`);
    expect(await migrateDown(database.url, grown)).toEqual([names[grownBy - 1]]);
  });

  it('run once when two processes start at the same moment', async () => {
    const both = await Promise.all([migrateUp(database.url, schema), migrateUp(database.url, schema)]);
    expect(both.map(({ length }) => length).sort()).toEqual([0, names.length]);
    expect((await query('select name as value from migration order by id')).map(valueOf)).toEqual(names);
  });
});
