import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';

const DAY = 86_400_000;
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { REPORT_RETENTION_DAYS: '30' } });
  await app.sql(sql`create function poison() returns trigger language plpgsql as $$ begin raise 'poison'; end $$`);
});
afterAll(() => app.close());

/** Lets the database refuse something as long as the work goes on. */
async function refusing(what: RawBuilder<unknown>, table: string, work: () => Promise<void>): Promise<void> {
  await app.sql(sql`create trigger refusal before ${what} execute function poison()`);
  await work();
  await app.sql(sql`drop trigger refusal on ${sql.ref(table)}`);
}
const housekeep = () => app.app.get(Sweeper).housekeep();
const openOnes = async (table: 'report' | 'reply') =>
  (await app.sql(sql<{ event_id: string }>`select event_id from ${sql.ref(table)} where open order by id`)).map(
    ({ event_id }) => event_id,
  );
const keys = async () => (await app.sql(sql`select from idempotency_key`)).length;

describe('what nobody can heed', () => {
  it('holds up no other report, no text and nothing else that is due', async () => {
    const now = app.clock.now();
    await app.request('POST', '/contacts', { email: 'ada@example.com' }, { 'idempotency-key': 'ada' });
    for (const id of ['bad', 'good']) {
      await app.sql(sql`insert into report (source, event_id, kind, at, received_at)
                        values ('gone', ${id}, 'delivered', ${now}, ${now})`);
      await app.sql(sql`insert into reply (source, event_id, phone, text, at, received_at)
                        values ('gone', ${id}, '+4915112345001', 'Hello', ${now}, ${now})`);
    }
    app.clock.advance(DAY + 120_000);
    const bad = (table: string) => sql`update on ${sql.ref(table)} for each row when (old.event_id = 'bad')`;
    await refusing(bad('report'), 'report', () => refusing(bad('reply'), 'reply', housekeep));
    expect([await openOnes('report'), await openOnes('reply'), await keys()]).toEqual([['bad'], ['bad'], 0]);
    await housekeep();
    expect([await openOnes('report'), await openOnes('reply')]).toEqual([[], []]);
  });

  it('is forgotten in its time like all others', async () => {
    await app.sql(sql`update report set open = true where event_id = 'bad'`);
    app.clock.advance(31 * DAY);
    await refusing(sql`update on report`, 'report', housekeep);
    expect(await app.sql(sql`select from report`)).toEqual([]);
  });
});

it('one step that fails leaves the others to be done', async () => {
  await app.request('POST', '/contacts', { email: 'bob@example.com' }, { 'idempotency-key': 'bob' });
  app.clock.advance(2 * DAY);
  await refusing(sql`delete on import_rejection`, 'import_rejection', housekeep);
  expect(await keys()).toBe(0);
});
