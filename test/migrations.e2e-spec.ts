import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { schema } from '../src/schema.js';
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

/** How many migrations there are up to the last that grew the frequency enum. */
const ENUM_GROWN = names.indexOf('0007_frequency_minutely_yearly') + 1;

/** The schema with its first migrations only. */
const upTo = (count: number) => ({ ...schema, migrations: schema.migrations.slice(0, count) });

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
    const grown: Record<string, string[]> = {};
    for (let count = 2; count <= ENUM_GROWN; count += 1) {
      await migrateUp(database.url, upTo(count));
      grown[names[count - 1]!] = await frequencies();
    }
    const first = ['daily', 'weekly', 'monthly'];
    expect(grown).toEqual({
      '0002_campaigns': first,
      '0003_delivery': first,
      '0004_analytics': first,
      '0005_access': first,
      '0006_frequency_secondly_hourly': ['secondly', 'hourly', ...first],
      '0007_frequency_minutely_yearly': ['secondly', 'minutely', 'hourly', ...first, 'yearly'],
    });
  });

  it('go down one at a time, each giving back the enum it found', async () => {
    const grown = upTo(ENUM_GROWN);
    await migrateUp(database.url, grown);
    expect(await migrateDown(database.url, grown)).toEqual(['0007_frequency_minutely_yearly']);
    expect(await frequencies()).toEqual(['secondly', 'hourly', 'daily', 'weekly', 'monthly']);
    expect(await migrateDown(database.url, grown)).toEqual(['0006_frequency_secondly_hourly']);
    expect(await frequencies()).toEqual(['daily', 'weekly', 'monthly']);
    expect(await migrateUp(database.url, schema)).toEqual(names.slice(ENUM_GROWN - 2));
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
    const grown = upTo(ENUM_GROWN);
    await migrateUp(database.url, grown);
    await client.query(`
      insert into campaign (name, type, message, anchor_at, anchor_local, frequency)
      values ('Birthday', 'recurring', 'Happy birthday', now(), '2026-01-01T00:00:00', 'yearly')`);
    await expect(migrateDown(database.url, grown)).rejects.toThrow('campaigns recur minutely or yearly: delete them');
    expect(await query('select name, frequency::text from campaign')).toEqual([
      { name: 'Birthday', frequency: 'yearly' },
    ]);
    expect(await frequencies()).toContain('yearly');
    expect((await migrationStatus(database.url, grown)).every(({ executedAt }) => executedAt)).toBe(true);
    await client.query(`delete from campaign`);
    expect(await migrateDown(database.url, grown)).toEqual(['0007_frequency_minutely_yearly']);
  });

  it('revoke the keys that are bound to networks where those go', async () => {
    await migrateUp(database.url, schema);
    await client.query(`
      insert into api_key (name, prefix, hash, scopes, networks, old_hash, old_hash_until)
      values ('office', 'a', 'bound', '{admin}', '{203.0.113.0/24}', 'before', now() + interval '1 day'),
             ('anywhere', 'b', 'free', '{admin}', null, null, null)`);
    const since = names.slice(names.indexOf('0059_key_networks')).reverse();
    for (const name of since) expect(await migrateDown(database.url, schema)).toEqual([name]);
    await migrateUp(database.url, schema);
    expect(await query('select name, hash from api_key')).toEqual([{ name: 'anywhere', hash: 'free' }]);
    // Not even a start that presets one of them brings it back.
    expect((await query('select hash as value from ended_secret order by 1')).map(valueOf)).toEqual([
      'before',
      'bound',
    ]);
  });

  it('count anew from the ledger what an earlier version let go below zero', async () => {
    await migrateUp(database.url, upTo(names.indexOf('0009_corrections')));
    const counts = 'sent, failed, skipped, in_doubt, deferred';
    await client.query(`
      insert into run_batch (run_id, seq, parent_seq, contact_ids, size, due_at, state, intent_upto, ${counts})
      overriding system value values
        (1, 1, null, '{1,2,3}', 3, now(), 'done', 3, 2, 0, 0, -1, 2), (1, 2, 1, '{1,2}', 2, now(), 'done', 2, 0, 0, 0, 2, 0),
        (2, 3, null, '{1}', 1, now(), 'done', 1, 0, 1, 0, 0, 0)`);
    await client.query(`
      insert into delivery (run_id, contact_id, outcome, attempts, at)
      values (1, 1, 'sent', 2, now()), (1, 2, 'in_doubt', 2, now()), (1, 3, 'sent', 1, now()), (2, 1, 'failed', 1, now())`);
    await migrateUp(database.url, schema);
    expect(await query(`select seq::int, ${counts} from run_batch order by seq`)).toEqual([
      { seq: 1, sent: 1, failed: 0, skipped: 0, in_doubt: 0, deferred: 2 },
      { seq: 2, sent: 1, failed: 0, skipped: 0, in_doubt: 1, deferred: 0 },
      { seq: 3, sent: 0, failed: 1, skipped: 0, in_doubt: 0, deferred: 0 },
    ]);
    await expect(client.query('update run_batch set in_doubt = -1, sent = 2 where seq = 2')).rejects.toThrow(
      /run_batch_counts_not_negative/,
    );
  });

  it('narrow the ledger of a live database, and widen it again, with every row in its place', async () => {
    const before = names.indexOf('0012_ledger_retention');
    const bounds = async () =>
      (
        await query(`
          select c.relname || ' ' || pg_get_expr(c.relpartbound, c.oid) as value from pg_inherits i
          join pg_class c on c.oid = i.inhrelid where i.inhparent = 'delivery'::regclass order by c.relname`)
      ).map(valueOf);
    const insert = (runId: number) =>
      client.query(`
      insert into delivery (run_id, contact_id, outcome, attempts, at) values (${runId}, 1, 'sent', 1, now())`);
    await migrateUp(database.url, upTo(before));
    await client.query(`create table delivery_1 partition of delivery for values from (1000000) to (2000000)`);
    await client.query(`select setval('run_id_seq', 12345)`);
    await insert(12_345);
    await migrateUp(database.url, upTo(before + 1));
    expect(await bounds()).toEqual([`delivery_0 FOR VALUES FROM ('0') TO ('20000')`]);
    await client.query(`create table delivery_20000 partition of delivery for values from (20000) to (30000)`);
    await insert(20_001);
    expect(await migrateDown(database.url, upTo(before + 1))).toEqual(['0012_ledger_retention']);
    expect(await bounds()).toEqual([
      `delivery_0 FOR VALUES FROM ('0') TO ('20000')`,
      `delivery_20000 FOR VALUES FROM ('20000') TO ('30000')`,
      `delivery_30000 FOR VALUES FROM ('30000') TO ('1000000')`,
    ]);
    await insert(999_999);
    await client.query(`delete from delivery where run_id = 999999`);
    await migrateUp(database.url, schema);
    expect(await bounds()).toHaveLength(2);
    expect(await query('select run_id::int as value from delivery order by 1')).toEqual([
      { value: 12_345 },
      { value: 20_001 },
    ]);
  });

  it('run once when two processes start at the same moment', async () => {
    const both = await Promise.all([migrateUp(database.url, schema), migrateUp(database.url, schema)]);
    expect(both.map(({ length }) => length).sort()).toEqual([0, names.length]);
    expect((await query('select name as value from migration order by id')).map(valueOf)).toEqual(names);
  });
});
