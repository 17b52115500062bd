import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { BatchLedger } from '../src/delivery/batch-ledger.js';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { Sender } from '../src/delivery/sender.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, eventually, expectBalanced, gate, handedOver, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

const LEASE_MS = 30_000;
const env = { BATCH_SIZE: '6', WINDOW_SIZE: '3', SENDER_LANES: '1', LEASE_MS: String(LEASE_MS), RETRY_BASE_MS: '1000' };
const accepted: SendResult = { outcome: 'sent', providerMessageId: 'late' };

/** Two processes on one database with one clock. The first is the one that stalls; the second takes over. */
let stalled: TestApp;
let heir: TestApp;
beforeAll(async () => {
  stalled = await startApp({ env });
  heir = await startApp({ env, databaseUrl: stalled.databaseUrl, clock: stalled.clock });
  await makeContacts(stalled, 6);
});
afterAll(async () => {
  await heir.close();
  await stalled.close();
});
afterEach(() => {
  openGates();
  for (const app of [stalled, heir]) {
    app.providers.email.messages.length = 0;
    app.providers.email.answer = () => accepted;
  }
  stalled.clock.advance(1_000);
});

const everyone = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map((name) => `${name}@example.com`);
const outcomes = async (runId: number) => {
  const ledger = await ledgerOf(heir, runId);
  return everyone.map((email) => ledger[email]?.outcome);
};

/** A run whose first process stands still with `inFlight` messages of its first window handed over. */
async function stall(overrides: Record<string, unknown> = {}, inFlight = 3) {
  const held = gate();
  stalled.providers.email.answer = () => held.opened.then(() => accepted);
  const campaign = await makeCampaign(stalled, overrides);
  const working = stalled.tick();
  await handedOver(stalled, inFlight);
  return { run: await latestRun(stalled, campaign.id), working, wakeUp: held.open };
}

describe('a batch whose lease has run out', () => {
  it('goes on above its intent; below it, who left no trace is in doubt, and nobody is sent to twice', async () => {
    const { run, working, wakeUp } = await stall();
    stalled.clock.advance(LEASE_MS);
    await heir.tick();
    expect(heir.providers.email.messages).toEqual([]);

    stalled.clock.advance(1);
    const warned = jest.spyOn(Logger.prototype, 'warn');
    await heir.tick();
    const told = warned.mock.calls
      .map(([entry]) => entry as { message: string })
      .filter(({ message }) => message === 'try failed');
    warned.mockRestore();
    // As every try that fails: with run, contact and code.
    expect(told).toMatchObject([1, 2, 3].map(() => ({ run_id: run.id, code: 'lease_lost', attempt: 1 })));
    expect(new Set(told.map((entry) => (entry as { contact_id?: number }).contact_id)).size).toBe(3);
    expect(heir.providers.email.addresses()).toEqual(everyone.slice(3));
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 3, in_doubt: 3 });
    expect((await ledgerOf(heir, run.id))['c1@example.com']).toMatchObject({ reason: 'lease_lost', attempts: 1 });
    await expectBalanced(heir, run.id);
    wakeUp();
    await working;
  });

  it('leaves its old owner fenced: late acceptances settle the doubt everywhere, late failures change nothing', async () => {
    const { run, working, wakeUp } = await stall();
    stalled.clock.advance(LEASE_MS + 1);
    await heir.tick();
    const fenced = stalled.app.get(BatchLedger).fencedWrites;
    wakeUp();
    await working;

    expect(stalled.app.get(BatchLedger).fencedWrites).toBe(fenced + 1);
    expect(await outcomes(run.id)).toEqual(Array(6).fill('sent'));
    expect((await ledgerOf(heir, run.id))['c1@example.com']).toMatchObject({ reason: 'late_evidence' });
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6, in_doubt: 0 });
    expect((await batchesOf(heir, run.id))[0]).toMatchObject({ sent: 6, in_doubt: 0, state: 'done' });
    await expectBalanced(heir, run.id);
  });

  it('is closed to its old owner while the new one has messages in flight', async () => {
    const { run, working, wakeUp } = await stall();
    const held = gate();
    heir.providers.email.answer = () => held.opened.then(() => accepted);
    stalled.clock.advance(LEASE_MS + 1);
    const inheriting = heir.tick();
    // What a crash has left goes one by one.
    await handedOver(heir, 1);
    wakeUp();
    await working;
    expect((await batchesOf(heir, run.id))[0]).toMatchObject({ state: 'leased', flush: 1, sent: 3, in_doubt: 0 });
    expect(await outcomes(run.id)).toEqual(['sent', 'sent', 'sent', undefined, undefined, undefined]);
    held.open();
    await inheriting;
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6, in_doubt: 0 });
    await expectBalanced(heir, run.id);
  });

  it('keeps in doubt whom its old owner saw refused, for that record is refused', async () => {
    const held = gate();
    stalled.providers.email.answer = ({ to }) =>
      held.opened.then(() => (to === 'c2@example.com' ? accepted : { outcome: 'rejected', code: 'smtp_550' }));
    const campaign = await makeCampaign(stalled);
    const working = stalled.tick();
    await handedOver(stalled, 3);
    stalled.clock.advance(LEASE_MS + 1);
    await heir.tick();
    held.open();
    await working;
    const run = await latestRun(heir, campaign.id);
    expect(await outcomes(run.id)).toEqual(['in_doubt', 'sent', 'in_doubt', 'sent', 'sent', 'sent']);
    expect(run).toMatchObject({ sent: 4, in_doubt: 2, failed: 0 });
    await expectBalanced(heir, run.id);
  });

  it('hears all the late evidence of a window that comes back in parts', async () => {
    const [early, late] = [gate(), gate()];
    stalled.providers.email.answer = ({ to }) => (to === 'c1@example.com' ? early : late).opened.then(() => accepted);
    const campaign = await makeCampaign(stalled);
    const working = stalled.tick();
    await handedOver(stalled, 3);
    stalled.clock.advance(LEASE_MS + 1);
    await heir.tick();
    early.open();
    const run = await latestRun(heir, campaign.id);
    await eventually(
      () => outcomes(run.id),
      ([first]) => first === 'sent',
    );
    expect(await outcomes(run.id)).toEqual(['sent', 'in_doubt', 'in_doubt', 'sent', 'sent', 'sent']);
    late.open();
    await working;
    expect(await outcomes(run.id)).toEqual(Array(6).fill('sent'));
    await expectBalanced(heir, run.id);
  });

  it('is taken back once, however many look for it', async () => {
    const { run, working, wakeUp } = await stall();
    stalled.clock.advance(LEASE_MS + 1);
    await Promise.all([heir, stalled, heir, stalled].map(({ app }) => app.get(DeliveryService).recover()));
    expect((await batchesOf(heir, run.id))[0]).toMatchObject({ epoch: 2, in_doubt: 3, state: 'ready' });
    wakeUp();
    await working;
    await heir.tick();
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6 });
  });

  it('doubts nobody whom it had moved to a retry, and nobody whose outcome it had recorded', async () => {
    const held = gate();
    stalled.providers.email.answer = async ({ to }) => {
      if (to === 'c1@example.com') return { outcome: 'deferred', scope: 'recipient', code: 'smtp_450' };
      if (to === 'c2@example.com') return accepted;
      await held.opened;
      return accepted;
    };
    const campaign = await makeCampaign(stalled);
    const working = stalled.tick();
    const run = await eventually(() => latestRun(stalled, campaign.id));
    await eventually(
      () => batchesOf(stalled, run.id),
      ([batch]) => batch?.deferred === 1 && batch.sent === 1,
    );
    stalled.clock.advance(LEASE_MS + 1);
    await heir.tick();
    expect(await outcomes(run.id)).toEqual(['sent', 'sent', 'in_doubt', 'sent', 'sent', 'sent']);
    expect(heir.providers.email.addresses().sort()).toEqual(
      ['c1', 'c4', 'c5', 'c6'].map((name) => `${name}@example.com`),
    );
    await expectBalanced(heir, run.id);
    held.open();
    await working;
  });
});

describe('under on_doubt: resend', () => {
  it('the doubtful are sent to again, as another try', async () => {
    const { run, working, wakeUp } = await stall({ on_doubt: 'resend' });
    stalled.clock.advance(LEASE_MS + 1);
    await heir.tick();
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6, in_doubt: 0 });
    const again = heir.providers.email.messages.filter(({ attempt }) => attempt === 2);
    expect(again.map(({ to }) => to)).toEqual(everyone.slice(0, 3));
    wakeUp();
    await working;
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ sent: 6 });
    await expectBalanced(heir, run.id);
  });

  it('not more often than RETRY_MAX_ATTEMPTS', async () => {
    const { run, working, wakeUp } = await stall({ on_doubt: 'resend' });
    await stalled.sql(sql`update run_batch set attempt = 6 where run_id = ${run.id}`);
    stalled.clock.advance(LEASE_MS + 1);
    await heir.tick();
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 3, in_doubt: 3 });
    wakeUp();
    await working;
  });

  it('not in a run that is cancelled: what may have left must not read as skipped', async () => {
    const { run, working, wakeUp } = await stall({ on_doubt: 'resend' });
    await stalled.request('POST', `/campaigns/${run.campaign_id}/cancel`);
    stalled.clock.advance(LEASE_MS + 1);
    await heir.tick();
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'cancelled', in_doubt: 3, skipped: 3 });
    wakeUp();
    await working;
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'cancelled', sent: 3, skipped: 3 });
    await expectBalanced(heir, run.id);
  });
});

describe('a lease', () => {
  it('is renewed for what is in memory, and for nothing else', async () => {
    const { run, working, wakeUp } = await stall();
    const owner = (await batchesOf(stalled, run.id))[0]!.owner;
    await stalled.sql(sql`
      insert into run_batch (run_id, contact_ids, size, due_at, state, owner, epoch, lease_until)
      select ${run.id}, '{900001}', 1, due_at, 'leased', ${owner}, 1, lease_until from run_batch where run_id = ${run.id}`);
    stalled.clock.advance(LEASE_MS - 1);
    await stalled.app.get(Sender).renew();
    stalled.clock.advance(2);
    await heir.app.get(DeliveryService).recover();
    expect((await batchesOf(heir, run.id)).map(({ state, epoch }) => ({ state, epoch }))).toEqual([
      { state: 'leased', epoch: 1 },
      { state: 'ready', epoch: 2 },
    ]);
    await stalled.sql(sql`delete from run_batch where run_id = ${run.id} and contact_ids = '{900001}'`);
    wakeUp();
    await working;
    expect(await latestRun(heir, run.campaign_id)).toMatchObject({ status: 'completed', sent: 6, in_doubt: 0 });
  });
});
