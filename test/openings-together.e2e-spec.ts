import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { batchesOf } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';

/** More than go together. */
const CAMPAIGNS = 40;
const CROWD = 150;

let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  // A slice is a hundred contacts.
  app = await startApp({ env: { BATCH_SIZE: '1' } });
  other = await startApp({ env: { BATCH_SIZE: '1' }, databaseUrl: app.databaseUrl, clock: app.clock });
  for (const name of ['few', 'crowd', 'nobody']) await makeSegment(app, name);
  await makeContacts(app, 2, { prefix: 'few', segments: ['few'] });
  await makeContacts(app, CROWD, { prefix: 'crowd', segments: ['crowd'] });
});
afterAll(async () => {
  await other.close();
  await app.close();
});
afterEach(async () => {
  await app.sql(sql`update campaign set next_run_at = null, status = 'cancelled'`);
  await app.tick();
  app.clock.advance(60_000);
});

const dispatch = ({ app: application }: TestApp) => application.get(Dispatcher).dispatchDue();
/** Makes campaigns that are due at one instant, and answers them. */
async function atOneInstant(count: number, overrides: Record<string, unknown> = {}): Promise<{ id: number }[]> {
  const schedule_time = new Date(app.clock.now().getTime() + 1_000).toISOString();
  const due = { schedule_time, target_segment: 'few', ...overrides };
  const campaigns: { id: number }[] = [];
  for (let made = 0; made < count; made += 1) campaigns.push(await makeCampaign(app, due));
  app.clock.advance(1_000);
  return campaigns;
}
const runsOf = (campaigns: { id: number }[]) =>
  app.sql(sql<{ campaign: number; status: string; audience: number }>`
    select r.campaign_id as campaign, r.status, (select coalesce(sum(size), 0)::int from run_batch b where b.run_id = r.id) as audience
    from run r where campaign_id = any(${campaigns.map(({ id }) => id)}::bigint[]) order by campaign_id`);

describe('campaigns that are due at one instant', () => {
  it('open once each, whoever is quicker, with the first slices of their audiences and their next occurrences', async () => {
    const recurring = { type: 'recurring', frequency: 'daily', overlap: 'allow' };
    const campaigns = [
      ...(await atOneInstant(CAMPAIGNS, recurring)),
      await makeCampaign(app, { target_segment: 'nobody' }),
    ];
    const opened = await Promise.all([app, other, app].map(dispatch));
    expect(opened.reduce((sum, count) => sum + count)).toBe(CAMPAIGNS + 1);
    const runs = await runsOf(campaigns);
    expect(runs.slice(0, -1)).toEqual(
      campaigns.slice(0, -1).map(({ id }) => ({ campaign: id, status: 'processing', audience: 2 })),
    );
    // For nobody is at its end at once.
    expect(runs.at(-1)).toMatchObject({ status: 'completed', audience: 0 });
    const { next_run_at, runs: started } = (await app.request('GET', `/campaigns/${campaigns[0]!.id}`)).body;
    expect([Date.parse(next_run_at), started]).toEqual([app.clock.now().getTime() + 24 * 3_600_000, 1]);
    expect(await dispatch(app)).toBe(0);
  });

  it('open all but the one that can not, which alone counts as failed', async () => {
    const campaigns = await atOneInstant(CAMPAIGNS);
    const broken = campaigns[17]!.id;
    await app.sql(sql`alter table run add constraint broken check (campaign_id <> ${sql.lit(broken)})`);
    await dispatch(app);
    await app.sql(sql`alter table run drop constraint broken`);
    expect((await runsOf(campaigns)).map(({ campaign }) => campaign)).toEqual(
      campaigns.flatMap(({ id }) => (id === broken ? [] : [id])),
    );
    const failed = await app.sql(sql<{ id: number; n: number }>`
      select id, open_failures as n from campaign where open_failures > 0`);
    expect(failed).toEqual([{ id: broken, n: 1 }]);
  });

  it('together freeze no more than a slice, and the rest slice by slice', async () => {
    const campaigns = await atOneInstant(2, { target_segment: 'crowd' });
    await dispatch(app);
    expect((await runsOf(campaigns)).map(({ audience }) => audience)).toEqual([100, 0]);
    const frozen: number[][] = [];
    while (await app.app.get(Dispatcher).freeze())
      frozen.push((await runsOf(campaigns)).map(({ audience }) => audience));
    expect(frozen).toEqual([
      [150, 0],
      [150, 100],
      [150, 150],
    ]);
    const run = await latestRun(app, campaigns[1]!.id);
    expect(new Set((await batchesOf(app, run.id)).flatMap(({ contact_ids }) => contact_ids)).size).toBe(CROWD);
  });
});
