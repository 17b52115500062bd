import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { countsOf, eventually, expectBalanced, expectIdentity, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';

const WINDOW = 10;
const CROWD = 5_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '25', WINDOW_SIZE: String(WINDOW), SENDER_LANES: '4' } });
  for (const name of ['crowd', 'few']) await makeSegment(app, name);
  await makeContacts(app, CROWD, { prefix: 'crowd', segments: ['crowd'] });
  await makeContacts(app, 10, { prefix: 'few', segments: ['few'] });
});
afterAll(() => app.close());
afterEach(() => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  app.clock.advance(60_000);
});

/** Starts a run over the crowd whose messages stay in flight until the gate opens. */
async function crowdInFlight() {
  const held = gate();
  app.providers.email.answer = ({ to }) => {
    const sent = { outcome: 'sent', providerMessageId: null } as const;
    return to.startsWith('crowd') ? held.opened.then(() => sent) : sent;
  };
  const campaign = await makeCampaign(app, { target_segment: 'crowd' });
  const working = app.tick();
  const lanes = 4;
  await handedOver(app, lanes * WINDOW);
  return { id: campaign.id as number, working, open: held.open, inFlight: lanes * WINDOW };
}
const act = (id: number, action: string) => app.request('POST', `/campaigns/${id}/${action}`);

describe('one slow campaign', () => {
  it('blocks no other: ten recipients are served while five thousand hang in every lane', async () => {
    const slow = await crowdInFlight();
    const quick = await makeCampaign(app, { target_segment: 'few' });
    const beside = app.tick();
    const run = await eventually(
      () => latestRun(app, quick.id),
      (seen) => seen?.status === 'completed',
    );
    expect(run).toMatchObject({ audience: 10, sent: 10 });
    expect(await latestRun(app, slow.id)).toMatchObject({ status: 'processing', sent: 0, pending: CROWD });
    expect(app.providers.email.messages).toHaveLength(slow.inFlight + 10);
    slow.open();
    await Promise.all([slow.working, beside]);
    expect(await latestRun(app, slow.id)).toMatchObject({ status: 'completed', sent: CROWD });
  });
});

describe('within one window', () => {
  it('pause stops a run and resume goes on where it was, nobody twice', async () => {
    const { id, working, open, inFlight } = await crowdInFlight();
    expect((await act(id, 'pause')).body.status).toBe('paused');
    open();
    await working;
    const run = await latestRun(app, id);
    expect(run).toMatchObject({ status: 'paused', sent: inFlight, pending: CROWD - inFlight });
    expect(app.providers.email.messages).toHaveLength(inFlight);
    await app.tick();
    expect(app.providers.email.messages).toHaveLength(inFlight);

    expect((await act(id, 'resume')).body.status).toBe('processing');
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ status: 'completed', sent: CROWD, pending: 0 });
    expect(new Set(app.providers.email.addresses()).size).toBe(CROWD);
    expect(app.providers.email.messages).toHaveLength(CROWD);
    await expectBalanced(app, run.id);
  });

  it('cancel skips what has not left, and the counts are exact', async () => {
    const { id, working, open, inFlight } = await crowdInFlight();
    expect((await act(id, 'cancel')).body.status).toBe('cancelled');
    const run = await latestRun(app, id);
    expect(run.status).toBe('cancelling');
    expectIdentity(run);
    open();
    await working;
    expect(await latestRun(app, id)).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled',
      sent: inFlight,
      skipped: CROWD - inFlight,
      pending: 0,
    });
    expect(app.providers.email.messages).toHaveLength(inFlight);
    const reasons = await app.sql(
      sql`select outcome, reason, attempts, count(*)::int from delivery where run_id = ${run.id} group by 1, 2, 3 order by 1`,
    );
    expect(reasons).toEqual([
      { outcome: 'sent', reason: null, attempts: 1, count: inFlight },
      { outcome: 'skipped', reason: 'cancelled', attempts: 0, count: CROWD - inFlight },
    ]);
    await expectBalanced(app, run.id);
  });

  it('the deadline of a run stops it too', async () => {
    const { id, working, open, inFlight } = await crowdInFlight();
    app.clock.advance(72 * 3_600_000);
    open();
    await working;
    await app.tick();
    const run = await latestRun(app, id);
    expect(run).toMatchObject({ status: 'completed', sent: inFlight, skipped: CROWD - inFlight });
    await expectBalanced(app, run.id);
  });

  it('cancel also ends a run whose audience is only half frozen', async () => {
    const { id } = await makeCampaign(app, { target_segment: 'crowd' });
    await app.app.get(Dispatcher).dispatchDue();
    const run = await latestRun(app, id);
    expect(run).toMatchObject({ frozen: false, audience: 2_500, pending: 2_500 });
    await act(id, 'cancel');
    expect(await app.app.get(Dispatcher).freeze()).toBe(false);
    await app.app.get(DeliveryService).settleEnded();
    expect(await latestRun(app, id)).toMatchObject({ status: 'cancelled', audience: 2_500, skipped: 2_500 });
    expect(await countsOf(app, run.id)).toMatchObject({ pending: 0 });
    expect(app.providers.email.messages).toEqual([]);
  });
});

describe('a campaign that cannot be opened', () => {
  it('holds up nobody, is tried five times with rests between, and then fails with the reason', async () => {
    const broken = await makeCampaign(app, { name: 'Broken', target_segment: 'few' });
    await app.sql(sql`alter table run add constraint broken check (campaign_id <> ${sql.lit(broken.id)})`);
    const healthy = await makeCampaign(app, { target_segment: 'few' });
    const failures = async () =>
      (await app.sql(sql<{ n: number }>`select open_failures as n from campaign where id = ${broken.id}`))[0]!.n;
    await app.tick();
    expect(await latestRun(app, healthy.id)).toMatchObject({ status: 'completed', sent: 10 });
    expect(await failures()).toBe(1);
    await app.tick();
    expect(await failures()).toBe(1);

    for (let failed = 2; failed <= 5; failed += 1) {
      app.clock.advance(5_000);
      await app.tick();
      expect(await failures()).toBe(failed);
    }
    const { body } = await app.request('GET', `/campaigns/${broken.id}`);
    expect(body).toMatchObject({ status: 'failed', next_run_at: null });
    expect(body.status_reason).toMatch(/could not be opened: .*broken/);
    app.clock.advance(60_000);
    expect(await app.tick()).toBe(0);
    await app.sql(sql`alter table run drop constraint broken`);
  });
});
