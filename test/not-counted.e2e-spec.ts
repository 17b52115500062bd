import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { CountedBases } from '../migrations/0054_counted_bases.js';
import { AnalyticsService } from '../src/analytics/analytics.service.js';
import type { EngagementKind } from '../src/analytics/domain/engagement.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { forgetSuppressions, latestRun, makeContacts } from './support/factories.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({});
  await makeContacts(app, 4);
});
afterAll(() => app.close());
afterEach(() => forgetSuppressions(app));
const get = async (url: string) => (await app.request('GET', url)).body;
const tell = (runId: number, kind: EngagementKind, contactId: number) =>
  app.app.get(AnalyticsService).recordEngagement([{ runId, contactId, kind, at: app.clock.now() }]);
const rates = async (campaignId: number) => {
  const { rates, open_base, click_base } = await get(`/analytics/${campaignId}`);
  return [rates.open_rate, open_base, rates.click_rate, click_base];
};

describe('what messages do not count', () => {
  it.each([
    ['a text', { format: 'text' }, [null, 0, null, 0]],
    ['a text whose links are counted', { format: 'text', tracking: { clicks: true } }, [null, 0, 0, 4]],
    ['HTML', { format: 'html' }, [0, 4, 0, 4]],
    ['HTML that counts no opens', { format: 'html', tracking: { opens: false } }, [null, 0, 0, 4]],
    ['HTML that counts nothing', { format: 'html', tracking: { opens: false, clicks: false } }, [null, 0, null, 0]],
  ])('has no rate: %s', async (_, content, expected) => {
    const run = await carryOut(app, content);
    expect(await rates(run.campaign_id)).toEqual(expected);
    expect(run).toMatchObject({ counts_opens: expected[1] === 4, counts_clicks: expected[3] === 4 });
    const [{ rates: aged, open_base, click_base }] = await get(`/campaigns/${run.campaign_id}/cohort`);
    expect([aged.open_rate, open_base, aged.click_rate, click_base]).toEqual(expected);
  });

  it('is counted all the same where a provider tells of it, but a click alone tells nothing of opens', async () => {
    const run = await carryOut(app, { format: 'text' });
    await tell(run.id, 'clicked', 1);
    expect(await rates(run.campaign_id)).toEqual([null, 0, 0.25, 4]);
    await tell(run.id, 'opened', 2);
    await tell(run.id, 'opened', 1);
    expect(await rates(run.campaign_id)).toEqual([0.5, 4, 0.25, 4]);
  });

  it('is not in the base of a campaign that said so in some of its runs only, nor of the overview', async () => {
    const before = (await get('/overview')).totals;
    const first = await carryOut(app, { format: 'html', type: 'recurring', frequency: 'daily' });
    await tell(first.id, 'opened', 1);
    const url = `/campaigns/${first.campaign_id}`;
    await app.request('PATCH', url, { tracking: { opens: false, clicks: false } });
    app.clock.advance(86_400_000);
    await app.tick();
    expect((await latestRun(app, first.campaign_id)).id).not.toBe(first.id);
    expect(await rates(first.campaign_id)).toEqual([0.25, 4, 0, 4]);
    const { totals } = await get('/overview?period=7d');
    expect(totals.sent - before.sent).toBe(8);
    expect(totals.open_base - before.open_base).toBe(4);
    expect(totals.rates.open_rate).toBeCloseTo(totals.opened / totals.open_base, 3);
    await app.request('POST', `${url}/cancel`);
  });

  it('is known of hours before the version that counts it, as far as their runs have minutes', async () => {
    const counted = () =>
      app.sql(sql`
        select hour, sum(counting_opens)::int as opens, sum(counting_clicks)::int as clicks from outcome_hour
        where outcome = 'sent' group by 1 order by 1`);
    const before = await counted();
    expect(before).toContainEqual(expect.objectContaining({ opens: 8, clicks: 16 }));
    await app.sql(sql`update outcome_hour set counting_opens = 0, counting_clicks = 0`);
    const migration = new CountedBases(undefined as never, undefined as never);
    migration.up();
    await app.sql(sql.raw(String(migration.getQueries()[1])));
    expect(await counted()).toEqual(before);
  });

  it('has no rate in the comparison, where shares of those tried have ranges', async () => {
    const [one, other] = [await carryOut(app, { format: 'text' }), await carryOut(app, { format: 'html' })];
    const url = `/analytics/compare?campaign_id=${one.campaign_id}&campaign_id=${other.campaign_id}`;
    const [text, html] = await get(url);
    expect(text).toMatchObject({ intervals: { open_rate: null, click_rate: null }, rates: { delivered_rate: 1 } });
    expect(html).toMatchObject({ intervals: { open_rate: { low: 0 }, delivered_rate: { high: 1 } } });
    expect(html.intervals.delivered_rate.low).toBe(html.intervals.sent_rate.low);
  });

  it('stays in the overview when its campaign is deleted, as what was sent was sent', async () => {
    const run = await carryOut(app);
    const { totals } = await get('/overview?period=7d');
    await app.request('DELETE', `/campaigns/${run.campaign_id}`);
    expect((await get('/overview?period=7d')).totals).toEqual(totals);
  });
});
