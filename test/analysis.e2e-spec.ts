import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import { blocked, carryOut, eventually } from './support/engine.js';
import { makeCampaign, makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
let other: Client;
let run: { id: number; campaign_id: number };
beforeAll(async () => {
  app = await startApp({ env: { PUBLIC_URL: 'https://news.example' } });
  other = new Client({ connectionString: app.databaseUrl });
  await other.connect();
  await makeContacts(app, 6);
  app.providers.email.answer = ({ to }): SendResult =>
    to === 'c1@example.com'
      ? { outcome: 'unknown', code: 'smtp_no_answer' }
      : to === 'c2@example.com'
        ? { outcome: 'rejected', code: 'smtp_550' }
        : { outcome: 'sent', providerMessageId: null };
  run = await carryOut(app, {
    format: 'html',
    message: '<a href="https://example.com/a">Read</a>',
    variants: [{ name: 'A' }, { name: 'B' }],
  });
});
afterAll(async () => {
  await other.end();
  await app.close();
});

const get = async (url: string) => (await app.request('GET', url)).body;
const analysis = (query = '') => app.request('GET', `/campaigns/${run.campaign_id}/analysis${query}`);

describe('an analysis', () => {
  it.each(['human', 'all'])(
    'is what the routes of its parts answer, of a campaign, with the hits of %s',
    async (hits) => {
      const campaign = `/campaigns/${run.campaign_id}`;
      const { body } = await analysis(`?hits=${hits}&preset=first_day&age=7d`);
      expect(body).toEqual({
        run_id: null,
        hits,
        analytics: { ...(await get(`/analytics/${run.campaign_id}`)), last_updated: expect.any(String) },
        timeline: await get(`${campaign}/timeline?preset=first_day&hits=${hits}`),
        failures: await get(`${campaign}/failures`),
        click_heat_map: await get(`${campaign}/click-heat-map?hits=${hits}`),
        time_to_click: await get(`${campaign}/time-to-click?hits=${hits}`),
        links: await get(`${campaign}/links`),
        cohort: await get(`${campaign}/cohort?age=7d&hits=${hits}`),
        variants: await get(`${campaign}/variants?hits=${hits}`),
      });
      expect(body.links).toHaveLength(1);
      expect(body.variants).toHaveLength(1);
    },
  );

  it('is of one run where it is asked for, and knows only those of its campaign', async () => {
    await carryOut(app, { name: 'Another' });
    const { body } = await analysis(`?run_id=${run.id}`);
    expect(body).toMatchObject({
      run_id: run.id,
      timeline: await get(`/runs/${run.id}/timeline`),
      failures: await get(`/runs/${run.id}/failures`),
      variants: [await get(`/runs/${run.id}/variants`)],
      cohort: [],
    });
    expectProblem(await analysis(`?run_id=${run.id + 1}`), 404, 'RUN_NOT_FOUND');
    expectProblem(await analysis('?run_id=0'), 400, 'VALIDATION_FAILED');
    expectProblem(await app.request('GET', '/campaigns/999/analysis'), 404, 'CAMPAIGN_NOT_FOUND');
  });

  it('is of one moment, whatever is settled while it is read', async () => {
    await other.query('begin; lock table link');
    const reading = analysis();
    await eventually(
      () => blocked(app),
      (waiting) => waiting === 1,
    );
    await app.request('POST', `/runs/${run.id}/in-doubt/settle`, { outcome: 'sent' });
    await other.query('commit');
    const { analytics, timeline, failures } = (await reading).body;
    expect([analytics.sent, timeline.totals.sent, failures.failed]).toEqual([4, 4, 1]);
    expect((await analysis()).body).toMatchObject({ analytics: { sent: 5 }, timeline: { totals: { sent: 5 } } });
  });

  it('has only totals, links and variants of a run whose ledger is gone', async () => {
    const campaign = await makeCampaign(app);
    await app.tick();
    const [gone] = await get(`/campaigns/${campaign.id}/runs`);
    await other.query(`update run set ledger_dropped_at = now() where id = ${gone.id}`);
    const { body } = await app.request('GET', `/campaigns/${campaign.id}/analysis?run_id=${gone.id}`);
    expect(body).toMatchObject({ timeline: null, failures: null, click_heat_map: null, time_to_click: null });
    expect(body.analytics.runs).toMatchObject([{ run_id: gone.id, sent: 4 }]);
  });
});
