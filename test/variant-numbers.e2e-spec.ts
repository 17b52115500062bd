import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { groupIn } from '../src/delivery/variant-group.queries.js';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts } from './support/factories.js';
import { carryOutTest, click, contactIds, groupsOf, variantsOf } from './support/variants.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { RETENTION_DAYS: '30' } });
  await makeContacts(app, 20);
});
afterAll(() => app.close());

it('how variants fared is known after their ledger was dropped', async () => {
  const run = await carryOutTest(app, { test_share: 80, hold_out: 20, format: 'html' });
  const [machine, ...people] = groupsOf(run.id, await contactIds(app), { A: 0.4, B: 0.8, none: 1 }).A!;
  await click(app, run.id, people);
  const agent = { userAgent: 'Googlebot/2.1', address: null, relayed: false, prefetch: false };
  await app.app.get(HitBuffer).add({ runId: run.id, contactId: machine!, number: 2, at: app.clock.now(), ...agent });
  await app.app.get(HitBuffer).flush();
  const before = await variantsOf(app, run.id);
  const byAll = (await app.request('GET', `/runs/${run.id}/variants?hits=all`)).body;
  for (const [index, { clicked_all, sent, click_rate, open_rate, ...more }] of byAll.variants.entries()) {
    expect(click_rate.rate).toBeCloseTo(clicked_all / sent, 3);
    expect(open_rate.rate).toBeCloseTo(more.opened_all / sent, 3);
    expect(before.variants[index]).toMatchObject({ ...more, clicked_all });
  }
  expect(byAll.variants[0].click_rate.rate).toBeGreaterThan(before.variants[0].click_rate.rate);
  await app.sql(sql`select setval('run_id_seq', 9999)`);
  await carryOut(app);
  app.clock.advance(31 * 86_400_000);
  await app.app.get(Sweeper).reconcile();
  await app.app.get(Sweeper).housekeep();
  expect((await app.request('GET', `/runs/${run.id}`)).body.ledger_dropped_at).not.toBeNull();
  expect(await app.sql(sql`select from run_batch where run_id = ${run.id}`)).toEqual([]);
  expect((await app.request('GET', `/runs/${run.id}/variants`)).body).toEqual(before);
  expect((await app.request('GET', `/campaigns/${run.campaign_id}/variants`)).body).toEqual([before]);
  expect((await app.request('GET', `/campaigns/${run.campaign_id}/variants?hits=all`)).body).toEqual([byAll]);
});

it('the hash that parts an audience gives each group its share, of one run whatever it gave of another', async () => {
  const parts = {
    variants: [
      { name: 'A', share: 70 },
      { name: 'B', share: 30 },
    ],
    testShare: 50,
    holdOut: 20,
  };
  const group = (id: number) => groupIn({ id, parts, winner: null })(sql`n`);
  const cells = await app.sql(sql<{ one: number; two: number; size: number }>`
    select ${group(1)} as one, ${group(2)} as two, count(*) as size from generate_series(1, 50000) n group by 1, 2`);
  const shares: Record<number, number> = { 1: 0.35, 2: 0.15, 0: 0.3, [-1]: 0.2 };
  expect(cells).toHaveLength(16);
  let chiSquare = 0;
  for (const { one, two, size } of cells) {
    const expected = 50_000 * shares[one]! * shares[two]!;
    chiSquare += (size - expected) ** 2 / expected;
  }
  // With 15 degrees of freedom it is larger than this once in a thousand.
  expect(chiSquare).toBeLessThan(37.7);
});
