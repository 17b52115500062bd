import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { claimBatches } from '../src/delivery/batch.queries.js';
import { BatchLedger } from '../src/delivery/batch-ledger.js';
import type { BatchWork } from '../src/delivery/batch-work.js';
import type { OutgoingMessage, SendResult } from '../src/delivery/channels/provider.js';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { tally } from '../src/delivery/domain/settlement.js';
import { Sender } from '../src/delivery/sender.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, eventually, expectBalanced, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts } from './support/factories.js';

const LEASE_MS = 1_000;
const env = { BATCH_SIZE: '6', WINDOW_SIZE: '3', SENDER_LANES: '2', LEASE_MS: String(LEASE_MS), RETRY_BASE_MS: '1000' };
const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
const everyone = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map((name) => `${name}@example.com`);

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env });
  await makeContacts(app, 6);
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.clock.advance(LEASE_MS);
});

interface Queued {
  message: OutgoingMessage;
  mayStart: () => boolean;
}

/** A provider whose messages queue until the gate opens, as for a free connection, and only then ask to start. */
function queueing(of: TestApp): { queue: Queued[]; started: string[]; open: () => void } {
  const { opened, open } = gate();
  const [queue, started]: [Queued[], string[]] = [[], []];
  of.providers.email.send = async (message, mayStart) => {
    queue.push({ message, mayStart });
    await opened;
    if (!mayStart()) return { outcome: 'deferred', scope: 'provider', code: 'not_started' };
    started.push(message.to);
    return accepted;
  };
  return { queue, started, open };
}

describe('a message that waits for its turn', () => {
  it('does not start once the lease is over by our own clock; it is tried later, and nothing is lost', async () => {
    const { queue, started, open } = queueing(app);
    const campaign = await makeCampaign(app);
    const working = app.tick();
    await eventually(() => queue.length === 3);
    expect(queue.map(({ mayStart }) => mayStart())).toEqual([true, true, true]);
    await eventually(() => !queue[0]!.mayStart());
    open();
    await working;
    const run = await latestRun(app, campaign.id);
    expect(started).not.toContain('c1@example.com');
    expect(run).toMatchObject({ status: 'processing', sent: 3, pending: 3 });

    app.clock.advance(LEASE_MS);
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 6 });
    expect(started.sort()).toEqual(everyone);
    await expectBalanced(app, run.id);
  });

  it('does not start once another process has the batch, even where that gave it back to us', async () => {
    const { queue, started, open } = queueing(app);
    const campaign = await makeCampaign(app);
    const working = app.tick();
    await eventually(() => queue.length === 3);
    app.clock.advance(LEASE_MS + 1);
    await app.app.get(DeliveryService).recover();
    app.app.get(DeliveryService).wake();
    // What a crash has left goes one by one.
    await eventually(() => queue.length === 4);
    await app.app.get(Sender).renew();
    expect(queue.map(({ mayStart }) => mayStart())).toEqual([false, false, false, true]);
    open();
    await working;
    expect(started).toEqual(everyone.slice(3));
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 3, in_doubt: 3 });
  });
});

describe('a record whose answer was lost', () => {
  it('is recognised as our own, and counts once', async () => {
    const campaign = await makeCampaign(app);
    await app.app.get(Dispatcher).dispatchDue();
    const db = app.app.get(EntityManager).getKysely();
    const turn = { afterRun: 0, except: [], only: null, carries: ['email/recording'] };
    const [batch] = await claimBatches(db, app.clock.sql(), { owner: 'the test', leaseMs: LEASE_MS }, turn, 1);
    const { runId, seq, epoch, attempt, intentUpto } = batch!;
    const cursor = { runId, seq, epoch, attempt, intentUpto, flush: 0 };
    const work = {
      batch,
      lane: 0,
      counts: tally([]),
      cursor,
      fields: ['email'],
      channel: 'email',
      provider: 'recording',
      caps: [],
    } as unknown as BatchWork;
    const ledger = app.app.get(BatchLedger);
    const opened = await ledger.record(work, { settlements: [], retries: [] }, { advance: 3, last: false });
    const before = { ...work.cursor };
    const settlements = opened.window!.recipients.map(
      ({ contactId }) => ({ kind: 'sent', contactId, providerMessageId: null }) as const,
    );
    const first = await ledger.record(work, { settlements, retries: [] }, { advance: 3, last: false });
    expect(first).toMatchObject({ replaced: false, window: { intentUpto: 6 } });

    Object.assign(work.cursor, before);
    const fenced = ledger.fencedWrites;
    const second = await ledger.record(work, { settlements, retries: [] }, { advance: 3, last: false });
    expect(second.replaced).toBe(false);
    expect(second.window!.recipients.map(({ fields }) => fields.email)).toEqual(everyone.slice(3));
    expect(work.cursor).toEqual({ ...before, flush: 2, intentUpto: 6 });
    expect(ledger.fencedWrites).toBe(fenced);
    expect((await batchesOf(app, runId))[0]).toMatchObject({ sent: 3, flush: 2, intent_upto: 6 });
    await expectBalanced(app, runId);
    await app.request('POST', `/campaigns/${campaign.id}/cancel`);
    await app.tick();
  });

  it('of a window writes the batch and its counts together, or neither', async () => {
    app.providers.email.send = () => Promise.resolve(accepted);
    // Counting beside sending goes under numbers below zero.
    await app.sql(sql`alter table run_minute add constraint refused check (lane < 0) not valid`);
    const campaign = await makeCampaign(app);
    await app.tick();
    await app.sql(sql`alter table run_minute drop constraint refused`);
    const run = await latestRun(app, campaign.id);
    expect((await batchesOf(app, run.id))[0]).toMatchObject({ state: 'leased', intent_upto: 3, sent: 0 });
    app.clock.advance(LEASE_MS + 1);
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 3, in_doubt: 3 });
    await expectBalanced(app, run.id);
  });
});

describe('a record that the database refuses for the moment', () => {
  it('is written again until it goes through: what was sent is not forgotten', async () => {
    const sent: string[] = [];
    app.providers.email.send = (message) => {
      sent.push(message.to);
      return Promise.resolve(accepted);
    };
    await app.sql(sql`create sequence refusals`);
    await app.sql(sql`
      create function disk_is_full() returns trigger language plpgsql as $$
      begin
        if nextval('refusals') <= 3 then raise exception 'no space left' using errcode = '53100'; end if;
        return new;
      end $$`);
    await app.sql(sql`create trigger full_disk before insert on delivery for each row execute function disk_is_full()`);
    const campaign = await makeCampaign(app);
    await app.tick();
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 6, in_doubt: 0 });
    expect(sent.sort()).toEqual(everyone);
    await app.sql(sql`drop trigger full_disk on delivery`);
  });
});

describe('a process that is told to stop', () => {
  it('keeps its leases until what is in flight is recorded, and gives the rest back', async () => {
    const leaving = await startApp({ env, databaseUrl: app.databaseUrl, clock: app.clock });
    const held = gate();
    leaving.providers.email.answer = () => held.opened.then(() => accepted);
    const campaign = await makeCampaign(app);
    const working = leaving.tick();
    await handedOver(leaving, 3);
    const run = await latestRun(app, campaign.id);
    const leaseOf = async () =>
      (await app.sql(sql<{ lease_until: Date }>`select lease_until from run_batch where run_id = ${run.id}`))[0]!
        .lease_until;
    const leasedUntil = await leaseOf();
    app.clock.advance(LEASE_MS / 2);
    const drained = leaving.app.get(DeliveryService).drain();
    await eventually(leaseOf, (until) => until > leasedUntil);
    held.open();
    await Promise.all([drained, working]);
    const started = leaving.providers.email.addresses();
    expect(started).toEqual(everyone.slice(0, 3));
    expect((await batchesOf(app, run.id))[0]).toMatchObject({ state: 'ready', owner: null, sent: 3, intent_upto: 3 });
    app.providers.email.send = (message) => {
      started.push(message.to);
      return Promise.resolve(accepted);
    };
    await app.tick();
    expect(started).toEqual(everyone);
    expect(await latestRun(app, campaign.id)).toMatchObject({ status: 'completed', sent: 6, in_doubt: 0 });
    await leaving.close();
  });
});
