import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, eventually, gate, handedOver, openGates } from './support/engine.js';
import { forgetSuppressions, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const NOW = '2026-11-22T12:00:30.000Z';
const HOUR = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '4', WINDOW_SIZE: '2', SENDER_LANES: '1' } });
  await makeContacts(app, 6);
  await makeSegment(app, 'none');
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  await app.sql(sql`update campaign set next_run_at = null, status = 'cancelled'`);
  await app.sql(sql`update run set status = 'cancelling' where finished_at is null`);
  await app.tick();
  for (const table of ['outcome_hour', 'engagement_hour']) await app.sql(sql`delete from ${sql.table(table)}`);
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  app.providers.email.messages.length = 0;
  app.clock.set(NOW);
  await forgetSuppressions(app);
});
const overview = async (query = '') => (await app.request('GET', `/overview${query}`)).body;
const counts = { sent: 0, failed: 0, skipped: 0, in_doubt: 0, opened: 0, clicked: 0 };

describe('the overview', () => {
  it('shows a period beside the one before, and every hour of it', async () => {
    app.clock.set('2026-11-21T12:30:00Z');
    await carryOut(app);
    app.clock.set(NOW);
    app.providers.email.answer = ({ to }) =>
      to === 'c1@example.com'
        ? { outcome: 'rejected', code: 'smtp_550' }
        : { outcome: 'sent', providerMessageId: null };
    await carryOut(app);
    const body = await overview();
    expect(body).toMatchObject({ period: '24h', from: '2026-11-21T13:00:00.000Z', to: '2026-11-22T13:00:00.000Z' });
    const rates = { delivered_rate: 0.8333, failure_rate: 0.1667, open_rate: null, click_rate: null };
    expect(body.totals).toEqual({ ...counts, sent: 5, failed: 1, open_base: 0, click_base: 0, rates });
    expect(body.before).toMatchObject({ sent: 6, failed: 0 });
    expect(body.timeline).toHaveLength(24);
    expect(body.timeline.at(-1)).toEqual({ ...counts, from: '2026-11-22T12:00:00.000Z', sent: 5, failed: 1 });
    expect(body.timeline[0]).toEqual({ ...counts, from: '2026-11-21T13:00:00.000Z' });
    expect(body.failures).toEqual([{ reason: 'smtp_550', count: 1 }]);
    const csv = (await overview('?format=csv')).split('\r\n');
    expect([csv[0], csv[24]]).toEqual([
      'from,sent,failed,skipped,in_doubt,opened,clicked',
      '2026-11-22T12:00:00.000Z,5,1,0,0,0,0',
    ]);
    app.clock.set('2026-11-22T12:59:00Z');
    const rows = () => app.sql(sql`select from outcome_hour where writer > 0`);
    expect(await rows()).toHaveLength(3);
    await app.app.get(DeliveryService).keepLedger();
    expect(await rows()).toHaveLength(2);
    expect((await overview('?period=7d')).totals).toMatchObject({ sent: 11, failed: 1 });
    expect((await overview('?period=30d')).timeline.slice(-2)).toMatchObject([{ sent: 6 }, { sent: 5 }]);
  });

  it('forgets a failure where it was once it is tried again', async () => {
    app.providers.email.answer = () => ({ outcome: 'rejected', code: 'http_500' });
    const run = await carryOut(app);
    app.clock.advance(2 * HOUR);
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    await app.request('POST', `/runs/${run.id}/retry-failed`);
    expect(await overview()).toMatchObject({ totals: { sent: 0, failed: 0 }, failures: [] });
    await app.tick();
    expect((await overview()).timeline.slice(-3).map(({ sent }: { sent: number }) => sent)).toEqual([0, 0, 6]);
  });

  it('shows what runs now, how fast, and when it will be through', async () => {
    const { opened, open } = gate();
    app.providers.email.answer = async ({ to }) => {
      if (to === 'c5@example.com') await opened;
      return { outcome: 'sent', providerMessageId: null };
    };
    const campaign = await makeCampaign(app, { name: 'Going' });
    const ticking = app.tick();
    await handedOver(app, 5);
    app.clock.advance(8_000);
    const { running, running_count } = await eventually(overview, (body) => body.running[0].sent === 4);
    expect(running_count).toBe(1);
    const counts = ['audience', 'pending', 'sent', 'failed', 'skipped', 'in_doubt'];
    const run = (await app.request('GET', `/runs/${running[0].run_id}`)).body;
    expect(counts.map((name) => running[0][name])).toEqual(counts.map((name) => run[name]));
    expect(running).toMatchObject([
      {
        campaign_id: campaign.id,
        campaign_name: 'Going',
        audience: 6,
        pending: 2,
        sent: 4,
        per_second: 0.5,
        frozen: true,
      },
    ]);
    expect(running[0].finishes_at).toBe('2026-11-22T12:00:42.000Z');
    open();
    await ticking;
    expect(await overview()).toMatchObject({ running: [], running_count: 0 });
  });

  it('looks a week ahead, earliest first, and shows few of what comes often', async () => {
    const recurring = { type: 'recurring', target_segment: 'none' };
    await makeCampaign(app, {
      ...recurring,
      name: 'Hourly',
      frequency: 'hourly',
      schedule_time: '2026-11-22T13:00:00',
    });
    await makeCampaign(app, {
      ...recurring,
      name: 'Daily',
      frequency: 'daily',
      schedule_time: '2026-11-22T15:30:00',
      max_runs: 3,
    });
    await makeCampaign(app, { name: 'Once', schedule_time: '2026-11-23T09:00:00' });
    await makeCampaign(app, { name: 'Later', schedule_time: '2026-11-29T12:01:00' });
    await makeCampaign(app, { name: 'Draft', schedule_time: '2026-11-23T09:00:00', draft: true });
    const { planned } = await overview();
    const shown = planned.map(
      ({ campaign_name, opens_at }: Record<string, string>) => `${campaign_name} ${opens_at!.slice(8, 16)}`,
    );
    expect(shown).toEqual([
      ...[
        'Hourly 22T13:00',
        'Hourly 22T14:00',
        'Hourly 22T15:00',
        'Daily 22T15:30',
        'Hourly 22T16:00',
        'Hourly 22T17:00',
      ],
      ...['Hourly 22T18:00', 'Hourly 22T19:00', 'Hourly 22T20:00', 'Once 23T09:00', 'Daily 23T15:30', 'Daily 24T15:30'],
    ]);
  });

  it('tells how providers fare', async () => {
    const email = async () =>
      (await overview()).providers.find(({ channel }: { channel: string }) => channel === 'email');
    expect(await email()).toMatchObject({ name: 'recording', state: 'ready', blocked_until: null });
    await app.sql(sql`insert into provider_account (channel, name, blocked_until, reason, trips)
                      values ('email', 'recording', '2026-11-22T12:05:00Z', 'down', 1)`);
    const blocked_until = '2026-11-22T12:05:00.000Z';
    expect(await email()).toMatchObject({ state: 'put_off', blocked_until, reason: 'down' });
    await app.sql(sql`delete from provider_account`);
  });

  it('refuses a period that is none', async () => {
    expectProblem(await app.request('GET', '/overview?period=1y'), 400, 'VALIDATION_FAILED', '/period');
  });
});

describe('an answer that is asked for again', () => {
  const again = (url: string, tag: string) => app.request('GET', url, undefined, { 'if-none-match': tag });

  it('is not sent again while nothing has changed, whatever it is', async () => {
    const run = await carryOut(app);
    const urls = ['/overview', `/runs/${run.id}`, `/campaigns/${run.campaign_id}/runs`, '/campaigns/?limit=1'];
    for (const url of urls) {
      const { headers, status } = await app.request('GET', url);
      expect([url, status, headers.etag]).toEqual([url, 200, expect.stringMatching(/^"[\w-]{27}"$/)]);
      for (const tag of [headers.etag!, `W/${headers.etag}`, `"other", ${headers.etag}`, '*']) {
        const unchanged = await again(url, tag);
        expect([unchanged.status, unchanged.body, unchanged.headers.etag]).toEqual([304, null, headers.etag]);
      }
      expect((await again(url, '"other"')).status).toBe(200);
    }
  });

  it('is sent once something has changed', async () => {
    const { headers } = await app.request('GET', '/overview');
    await carryOut(app);
    expect((await again('/overview', headers.etag!)).status).toBe(200);
  });

  it('carries its version as its tag where it has one: an edit needs that, and what changes beside it is always sent', async () => {
    const { id, version } = await makeCampaign(app, { schedule_time: '2026-12-01T00:00:00' });
    expect(await again(`/campaigns/${id}`, `"${version}"`)).toMatchObject({
      status: 200,
      headers: { etag: `"${version}"` },
    });
  });

  it('is documented', async () => {
    const { paths } = (await app.request('GET', '/docs-json')).body;
    const { responses } = paths['/campaigns/{id}/timeline'].get;
    expect(responses['304']).toMatchObject({ headers: { ETag: expect.anything() } });
    expect(responses['200'].headers.ETag).toBeDefined();
  });
});
