import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf, expectBalanced } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';

const CONTACTS = 2_000;

describe('two applications on one database', () => {
  let one: TestApp;
  let two: TestApp;
  beforeAll(async () => {
    const env = { BATCH_SIZE: '7', WINDOW_SIZE: '3' };
    one = await startApp({ env });
    two = await startApp({ env, databaseUrl: one.databaseUrl, clock: one.clock });
    await makeSegment(one, 'all');
    await makeContacts(one, CONTACTS, { segments: ['all'] });
  });
  afterAll(async () => {
    await two.close();
    await one.close();
  });

  beforeEach(() => [one, two].forEach(({ providers }) => (providers.email.messages.length = 0)));
  const freezeAll = async (app: TestApp) => {
    while (await app.app.get(Dispatcher).freeze());
  };
  const addresses = () => [...one.providers.email.addresses(), ...two.providers.email.addresses()];
  const tickBoth = () => Promise.all([one.tick(), two.tick(), one.tick(), two.tick()]);

  it('freeze each contact once, in slices of one audience taken in turn; one who comes later does not join', async () => {
    const campaign = await makeCampaign(one, { target_segment: 'all' });
    await one.app.get(Dispatcher).dispatchDue();
    await makeContacts(two, 1, { prefix: 'late', segments: ['all'] });
    const run = await latestRun(one, campaign.id);
    while (!(await latestRun(one, campaign.id)).frozen) await Promise.all([one, two, one, two].map(freezeAll));

    const ids = (await batchesOf(one, run.id)).flatMap(({ contact_ids }) => contact_ids);
    expect(ids).toHaveLength(CONTACTS);
    expect(new Set(ids).size).toBe(CONTACTS);
    await one.request('POST', `/campaigns/${campaign.id}/cancel`);
    await tickBoth();
    expect(await latestRun(one, campaign.id)).toMatchObject({ status: 'cancelled', skipped: CONTACTS, sent: 0 });
    const [late] = (await one.request('GET', '/contacts?email=late1@example.com')).body;
    expect((await one.request('DELETE', `/contacts/${late.id}`)).status).toBe(204);
  });

  it('send to each contact once and share the work; every count is exact', async () => {
    const campaign = await makeCampaign(one, { target_segment: 'all' });
    await one.app.get(Dispatcher).dispatchDue();
    await freezeAll(one);
    await tickBoth();
    expect(addresses()).toHaveLength(CONTACTS);
    expect(new Set(addresses()).size).toBe(CONTACTS);
    for (const { providers } of [one, two]) expect(providers.email.messages.length).toBeGreaterThan(0);
    const run = await latestRun(one, campaign.id);
    expect(run).toMatchObject({ status: 'completed', audience: CONTACTS, sent: CONTACTS, pending: 0, in_doubt: 0 });
    await expectBalanced(one, run.id);
  });

  it('open each occurrence of a campaign once', async () => {
    await makeSegment(one, 'few');
    await makeContacts(one, 2, { prefix: 'few', segments: ['few'] });
    const schedule_time = new Date(one.clock.now().getTime() + 1_000).toISOString();
    const recurring = { type: 'recurring', frequency: 'secondly', schedule_time, target_segment: 'few' };
    const campaigns = await Promise.all([makeCampaign(one, recurring), makeCampaign(two, recurring)]);
    for (let second = 0; second < 10; second += 1) {
      one.clock.advance(1_000);
      await tickBoth();
    }
    for (const { id } of campaigns) {
      const runs = await one.sql(
        sql<{ status: string; at: Date }>`
          select status, scheduled_for as at from run where campaign_id = ${id} order by scheduled_for`,
      );
      expect(runs.map(({ status }) => status)).toEqual(Array(10).fill('completed'));
      expect(new Set(runs.map(({ at }) => at.getTime())).size).toBe(10);
      expect((await one.request('GET', `/campaigns/${id}`)).body).toMatchObject({ runs: 10 });
      await one.request('POST', `/campaigns/${id}/cancel`);
    }
    expect(addresses()).toHaveLength(2 * 2 * 10);
  });
});
