import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, expectBalanced } from './support/engine.js';
import { makeContacts } from './support/factories.js';

let app: TestApp;
let other: Client;
beforeAll(async () => {
  app = await startApp();
  await makeContacts(app, 3);
  other = new Client({ connectionString: app.databaseUrl });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await app.close();
});

const housekeep = () => app.app.get(Sweeper).housekeep();
const lastRunIs = (id: number) => app.sql(sql`select setval('run_id_seq', ${id})`);
const partitions = async (table = 'delivery') =>
  (
    await app.sql(sql<{ name: string }>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = ${table}::regclass
      order by substring(inhrelid::regclass::text from '\\d+')::int`)
  ).map(({ name }) => name);

describe('the partitions of the ledger', () => {
  it('are left alone by a process without intervals, until a run needs one', async () => {
    expect(await partitions()).toEqual(['delivery_0']);
    await lastRunIs(24_999);
    const run = await carryOut(app);
    expect(run).toMatchObject({ id: 25_000, status: 'completed', sent: 3 });
    await expectBalanced(app, run.id);
    expect(await partitions()).toEqual(['delivery_0', 'delivery_20000']);
    expect(await partitions('delivery_attempt')).toEqual(['delivery_attempt_0', 'delivery_attempt_20000']);
  });

  it('are made ahead of the latest run while others read and write, whom nobody waits for', async () => {
    await other.query('begin');
    await other.query('select count(*) from delivery');
    await other.query(
      `insert into delivery (run_id, contact_id, outcome, attempts, at) values (25000, 99, 'sent', 1, now())`,
    );
    await housekeep();
    await other.query('rollback');
    for (const table of ['delivery', 'delivery_attempt'])
      expect(await partitions(table)).toEqual([0, 20_000, 30_000, 40_000, 50_000].map((from) => `${table}_${from}`));
  });

  it('have the keys and constraints of their parent', async () => {
    expect(await partitions('delivery_pkey')).toEqual((await partitions()).map((name) => `${name}_pkey`));
    const insert = sql`insert into delivery (run_id, contact_id, outcome, attempts, at) values (45000, 1, 'sent', 1, now())`;
    await app.sql(insert);
    await expect(app.sql(insert)).rejects.toThrow(/delivery_40000_pkey/);
    await app.sql(sql`delete from delivery where run_id = 45000`);
  });

  it('are made at a later beat where the ledger is held', async () => {
    const before = await partitions();
    await lastRunIs(55_000);
    await other.query('begin');
    await other.query('lock table delivery in share update exclusive mode');
    await housekeep();
    expect(await partitions()).toEqual(before);
    expect(await partitions('delivery_attempt')).toHaveLength(before.length);
    await other.query('rollback');
    await housekeep();
    expect((await partitions()).at(-1)).toBe('delivery_80000');
  });

  it('are made once when two processes want the same', async () => {
    const twin = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    await lastRunIs(95_000);
    await Promise.all([housekeep(), twin.app.get(Sweeper).housekeep()]);
    await twin.close();
    expect((await partitions()).slice(-4)).toEqual(
      [90_000, 100_000, 110_000, 120_000].map((from) => `delivery_${from}`),
    );
  });
});
