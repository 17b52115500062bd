import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { ReconciliationService } from '../src/delivery/reconciliation.service.js';
import { Sweeper } from '../src/scheduler/sweeper.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, eventually, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const DAY = 86_400_000;

let app: TestApp;
let said: unknown[] = [];
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '2' } });
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (words: unknown) => said.push(words) });
  await makeContacts(app, 3);
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  app.clock.advance(DAY);
  await app.app.get(Sweeper).reconcile();
  said = [];
});

const night = async () => {
  app.clock.advance(DAY);
  await app.app.get(Sweeper).reconcile();
};
const show = async (runId: number) => (await app.request('GET', `/runs/${runId}`)).body;
const reconciliation = async (runId: number) => (await app.request('GET', `/runs/${runId}/reconciliation`)).body;

describe('the nightly reconciliation', () => {
  it('compares each finished run once, and none before its night', async () => {
    const run = await carryOut(app);
    expect(await show(run.id)).toMatchObject({ reconciled_at: null, reconciliation_difference: null });
    await app.app.get(Sweeper).reconcile();
    expect((await show(run.id)).reconciled_at).toBeNull();
    await night();
    const { reconciled_at } = await show(run.id);
    expect(reconciled_at).toBe(app.clock.now().toISOString());
    await night();
    expect(await show(run.id)).toMatchObject({ reconciled_at, reconciliation_difference: null });
    expect(said).toEqual([]);
  });

  it('names a difference in the log and on the run', async () => {
    const run = await carryOut(app);
    await app.sql(sql`update run set sent = sent - 1, failed = failed + 1 where id = ${run.id}`);
    await night();
    const reconciliation_difference = [
      { count: 'sent', counted: 2, ledger: 3 },
      { count: 'failed', counted: 1, ledger: 0 },
    ];
    expect(await show(run.id)).toMatchObject({ reconciliation_difference });
    expect(said).toEqual([
      { message: 'run differs from its ledger', run_id: run.id, differences: reconciliation_difference },
    ]);
  });

  it('takes a run as often as it is corrected', async () => {
    app.providers.email.answer = () => ({ outcome: 'unknown', code: 'no_answer' });
    const run = await carryOut(app);
    await night();
    await app.request('POST', `/runs/${run.id}/in-doubt/settle`, { outcome: 'failed' });
    expect((await show(run.id)).reconciled_at).toBeNull();
    await night();
    const { reconciled_at } = await show(run.id);
    expect(reconciled_at).not.toBeNull();
    await app.request('POST', `/runs/${run.id}/in-doubt/settle`, { outcome: 'failed' });
    expect((await show(run.id)).reconciled_at).toBe(reconciled_at);
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    await app.request('POST', `/runs/${run.id}/retry-failed`);
    expect((await show(run.id)).reconciled_at).toBeNull();
    await app.tick();
    await night();
    expect(await show(run.id)).toMatchObject({ sent: 3, reconciliation_difference: null });
    expect((await show(run.id)).reconciled_at).not.toBe(reconciled_at);
  });

  it('does so many at a time, and each in one process however many there are', async () => {
    for (let made = 0; made < 6; made += 1) {
      await carryOut(app);
      app.clock.advance(1_000);
    }
    app.clock.advance(DAY);
    const service = app.app.get(ReconciliationService);
    expect(await service.reconcileEnded(2)).toBe(2);
    const other = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    const both = await Promise.all(
      [service, other.app.get(ReconciliationService)].map((each) => each.reconcileEnded(9)),
    );
    expect(both.reduce((sum, done) => sum + done)).toBe(4);
    await other.close();
  });
});

describe('reconciliation', () => {
  it('compares a run that is going by its batches, and one that ended by its batches too', async () => {
    const held = gate();
    app.providers.email.messages.length = 0;
    app.providers.email.answer = ({ to }) =>
      held.opened.then(() => ({ outcome: 'rejected', code: to === 'c1@example.com' ? 'smtp_550' : 'smtp_552' }));
    const campaign = await makeCampaign(app);
    const working = app.tick();
    await handedOver(app, 3);
    const run = await eventually(() => latestRun(app, campaign.id));
    expect(await reconciliation(run.id)).toMatchObject({ balanced: true, counted: { audience: 3, pending: 3 } });
    held.open();
    await working;
    expect(await reconciliation(run.id)).toMatchObject({ balanced: true, batches: { pending: 0, failed: 3 } });
    await app.sql(sql`
      update run_batch set failed = failed - 1, sent = sent + 1
      where run_id = ${run.id} and seq = (select min(seq) from run_batch where run_id = ${run.id})`);
    expect((await reconciliation(run.id)).differences).toEqual([
      { count: 'batches.sent', counted: 1, ledger: 0 },
      { count: 'batches.failed', counted: 2, ledger: 3 },
    ]);
    expectProblem(await app.request('GET', '/runs/999999/reconciliation'), 404, 'RUN_NOT_FOUND');
    await app.sql(sql`update run_batch set failed = size, sent = 0 where run_id = ${run.id}`);
  });
});
