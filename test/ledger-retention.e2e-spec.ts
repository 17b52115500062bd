import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const DAY = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { RETENTION_DAYS: '30', RETRY_MAX_ATTEMPTS: '1' } });
  await makeContacts(app, 3);
});
afterAll(() => app.close());

/** Days go by; every night finished runs are reconciled, and the ledger is kept in order. */
async function days(count: number, of = app) {
  app.clock.advance(count * DAY);
  await of.app.get(Sweeper).reconcile();
  await of.app.get(Sweeper).housekeep();
}
const nextRunIs = (id: number) => app.sql(sql`select setval('run_id_seq', ${id - 1})`);
const show = async (runId: number) => (await app.request('GET', `/runs/${runId}`)).body;
const exists = async (table: string) =>
  (await app.sql(sql<{ there: boolean }>`select to_regclass(${table}) is not null as there`))[0]!.there;
const rowsOf = async (table: string, runId: number) =>
  (await app.sql(sql<{ n: number }>`select count(*) as n from ${sql.table(table)} where run_id = ${runId}`))[0]!.n;

/** A run with one sent, one failed and one in doubt, opened by two. */
async function mixedRun() {
  app.providers.email.answer = ({ to }) =>
    Promise.resolve(
      to === 'c1@example.com'
        ? { outcome: 'sent', providerMessageId: null }
        : to === 'c2@example.com'
          ? { outcome: 'rejected', code: 'smtp_550' }
          : { outcome: 'unknown', code: 'no_answer' },
    );
  const run = await carryOut(app);
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  await app.sql(sql`
    insert into engagement (run_id, contact_id, kind, at)
    values (${run.id}, 1, 'opened', now()), (${run.id}, 2, 'opened', now()), (${run.id}, 1, 'clicked', now())`);
  await app.sql(sql`
    insert into hit (run_id, contact_id, place, number, at, user_agent, prefetch, verdict, reason)
    values (${run.id}, 1, 1, 0, now(), 'A', false, 'human', null), (${run.id}, 3, 1, 0, now(), 'B', false, 'machine', 'bot'),
           (${run.id}, 1, 2, 2, now(), 'A', false, 'human', null), (${run.id}, 1, 3, 2, now(), 'A', false, 'human', null)`);
  expect(run).toMatchObject({ sent: 1, failed: 1, in_doubt: 1 });
  return run;
}

describe('retention', () => {
  it('drops the ledger of runs that all ended long enough ago, and keeps their totals', async () => {
    const run = await mixedRun();
    await nextRunIs(10_000);
    const next = await carryOut(app);
    await days(29);
    expect(await show(run.id)).toMatchObject({ ledger_dropped_at: null });
    const before = (await app.request('GET', `/analytics/${run.campaign_id}`)).body;
    await days(2);
    expect(await exists('delivery_0')).toBe(false);
    expect(await exists('delivery_attempt_0')).toBe(false);
    for (const table of ['run_batch', 'engagement', 'run_minute', 'hit', 'delivery', 'delivery_attempt'])
      expect([table, await rowsOf(table, run.id)]).toEqual([table, 0]);
    const ledger_dropped_at = app.clock.now().toISOString();
    expect(await show(run.id)).toMatchObject({
      audience: 3,
      pending: 0,
      sent: 1,
      failed: 1,
      in_doubt: 1,
      ledger_dropped_at,
    });
    const after = (await app.request('GET', `/analytics/${run.campaign_id}`)).body;
    expect(after).toMatchObject({ opened: 2, clicked: 1, sent: 1, runs: [{ opened: 2, clicked: 1 }] });
    expect(after).toMatchObject({ opened_all: 3, clicked_all: 1, opens: 1, opens_all: 2, clicks: 2, clicks_all: 2 });
    expect(after).toEqual(before);
    // Nothing came after it that is as old, so its partition may still be written to.
    expect(await show(next.id)).toMatchObject({ ledger_dropped_at: null });
    expect((await app.request('GET', `/runs/${next.id}/deliveries`)).body).toHaveLength(3);
  });

  it('says so wherever the ledger is asked for, and changes nothing any more', async () => {
    const run = await show(1);
    expectProblem(await app.request('GET', '/runs/1/deliveries'), 409, 'LEDGER_DROPPED');
    expect((await app.request('GET', '/runs/1/reconciliation')).body).toEqual({
      run_id: 1,
      balanced: true,
      counted: { audience: 3, pending: 0, sent: 1, failed: 1, skipped: 0, in_doubt: 1 },
      batches: null,
      ledger: null,
      differences: [],
      ledger_dropped_at: run.ledger_dropped_at,
    });
    for (const [url, body] of [
      ['/runs/1/retry-failed', {}],
      ['/runs/1/in-doubt/resend', {}],
      ['/runs/1/in-doubt/settle', { outcome: 'failed' }],
    ] as const)
      expectProblem(await app.request('POST', url, body), 409, 'LEDGER_DROPPED');
    const { rules, outcome } = (await app.request('GET', `/campaigns/${run.campaign_id}/explain?contact_id=1&run_id=1`))
      .body;
    expect(outcome).toBeNull();
    for (const name of ['audience', 'outcome'])
      expect(rules.find(({ rule }: { rule: string }) => rule === name)).toMatchObject({ verdict: 'unknown' });
    await days(1);
    expect(await show(1)).toEqual(run);
  });

  it('keeps what a paused run of long ago stands beside, and drops what came later', async () => {
    await nextRunIs(20_000);
    app.providers.email.answer = () => ({ outcome: 'deferred', scope: 'account', code: 'smtp_535' });
    const held = await carryOut(app);
    expect(held).toMatchObject({ id: 20_000, status: 'paused', pending: 3 });
    app.providers.email.answer = () => ({ outcome: 'unknown', code: 'no_answer' });
    for (const id of [30_000, 40_000]) {
      await nextRunIs(id);
      await carryOut(app);
    }
    await days(31);
    await days(0);
    const parts = () => Promise.all([10_000, 20_000, 30_000, 40_000].map((from) => exists(`delivery_${from}`)));
    expect(await parts()).toEqual([false, true, false, true]);
    expect(await show(held.id)).toMatchObject({ ledger_dropped_at: null });
    await app.request('POST', `/campaigns/${held.campaign_id}/cancel`);
    await app.tick();
    await days(31);
    expect(await show(held.id)).toMatchObject({ status: 'cancelled', skipped: 3 });
    expect(await parts()).toEqual([false, false, false, true]);
  });

  it('goes on at the next beat where it was interrupted, and two processes do not harm each other', async () => {
    const evidence = [{ delivery_key: app.providers.email.messages.at(-1)!.deliveryKey, verdict: 'accepted' }];
    expect(evidence[0]!.delivery_key).toMatch(/^40000\./);
    await nextRunIs(50_000);
    await carryOut(app);
    const reader = new Client({ connectionString: app.databaseUrl });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select count(*) from delivery');
    await days(31);
    expect(await exists('delivery_40000')).toBe(true);
    expectProblem(await app.request('GET', '/runs/40000/deliveries'), 409, 'LEDGER_DROPPED');
    expect(await app.request('POST', '/evidence', evidence)).toMatchObject({
      status: 200,
      body: [{ result: 'unknown', outcome: null }],
    });
    await reader.query('rollback');
    await reader.end();
    const twin = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock, env: { RETENTION_DAYS: '30' } });
    await Promise.all([days(0), days(0, twin)]);
    await twin.close();
    expect([await exists('delivery_40000'), await exists('delivery_50000')]).toEqual([false, true]);
  });

  it('keeps everything unless it is configured, and what was not reconciled anyhow', async () => {
    await nextRunIs(60_000);
    await carryOut(app);
    app.clock.advance(400 * DAY);
    const careless = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    await app.sql(sql`update run set reconciled_at = null where id = 50000`);
    await app.app.get(Sweeper).housekeep();
    expect(await exists('delivery_50000')).toBe(true);
    await days(0, careless);
    expect(await exists('delivery_50000')).toBe(true);
    await app.app.get(Sweeper).housekeep();
    expect(await exists('delivery_50000')).toBe(false);
    await careless.close();
  });
});
