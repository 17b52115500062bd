import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { startApp, type TestApp } from './support/app.js';
import { forgetSuppressions, latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const NOW = '2026-11-22T12:00:00.000Z';
const sent: SendResult = { outcome: 'sent', providerMessageId: null };
/** What nobody has touched. */
const untouched = {
  ...{ opened_all: 0, clicked_all: 0, opens: 0, opens_all: 0, clicks: 0, clicks_all: 0 },
  ...{ open_base: 0, click_base: 0, awaiting_winner: 0 },
};
type Counts = Record<'audience' | 'pending' | 'sent' | 'failed' | 'skipped' | 'in_doubt', number>;

function expectToAddUp({ audience, pending, sent, failed, skipped, in_doubt }: Counts): void {
  expect(audience).toBe(pending + sent + failed + skipped + in_doubt);
}

describe('analytics', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { WINDOW_SIZE: '2', BATCH_SIZE: '4', SENDER_LANES: '1' } });
    await makeSegment(app, 'tech');
    await makeSegment(app, 'empty');
    await makeContacts(app, 6, { segments: ['tech'] });
  });
  afterAll(() => app.close());
  afterEach(() => {
    app.providers.email.answer = () => sent;
    app.clock.set(NOW);
  });
  const detail = async (id: number) => (await app.request('GET', `/analytics/${id}`)).body;
  const row = async (id: number) =>
    (await app.request('GET', '/analytics/?limit=200')).body.find(
      ({ campaign_id }: { campaign_id: number }) => campaign_id === id,
    );

  it('of a campaign that has not run are zero, without rates', async () => {
    const { id } = await makeCampaign(app, { name: 'Later', schedule_time: '2026-12-24T18:00:00' });
    const body = await detail(id);
    expect(body).toEqual({
      campaign_id: id,
      campaign_name: 'Later',
      status: 'pending',
      run_count: 0,
      ...{ audience: 0, pending: 0, sent: 0, failed: 0, skipped: 0, in_doubt: 0, opened: 0, clicked: 0 },
      ...untouched,
      rates: { sent_rate: null, delivered_rate: null, failure_rate: null, open_rate: null, click_rate: null },
      last_run_at: null,
      next_run_at: '2026-12-24T18:00:00.000Z',
      recurrence_message: 'Once on Thu 24 Dec 2026 at 18:00 UTC',
      last_updated: expect.any(String),
      runs: [],
    });
    const { runs: _, ...summary } = body;
    expect(await row(id)).toEqual(summary);
  });

  it('of a run show what became of whom, and the shares', async () => {
    await app.request('PATCH', '/contacts/6', { consent: { email: 'unsubscribed' } });
    app.providers.email.answer = ({ to }) =>
      to === 'c5@example.com' ? { outcome: 'rejected', code: 'smtp_550' } : sent;
    const { id } = await makeCampaign(app, { target_segment: 'tech' });
    await app.tick();
    await app.request('PATCH', '/contacts/6', { consent: { email: 'subscribed' } });
    await forgetSuppressions(app);
    const run = await latestRun(app, id);
    await app.sql(sql`insert into engagement (run_id, kind, contact_id, at)
                      values (${run.id}, 'opened', 1, now()), (${run.id}, 'opened', 2, now()), (${run.id}, 'clicked', 1, now())`);
    const engaged = { ...untouched, opened: 2, clicked: 1, opened_all: 2, clicked_all: 1, open_base: 4, click_base: 4 };
    const counts = { audience: 6, pending: 0, sent: 4, failed: 1, skipped: 1, in_doubt: 0, ...engaged };
    const rates = { sent_rate: 0.6667, delivered_rate: 0.8, failure_rate: 0.2, open_rate: 0.5, click_rate: 0.25 };
    const body = await detail(id);
    expect(body).toMatchObject({ ...counts, rates, status: 'completed', run_count: 1, last_run_at: NOW });
    expect(body).toMatchObject({ next_run_at: null, last_updated: NOW });
    const times = { scheduled_for: NOW, finished_at: NOW };
    expect(body.runs).toEqual([{ run_id: run.id, status: 'completed', reason: null, ...times, ...counts, rates }]);
    expect(await row(id)).toMatchObject({ ...counts, rates });
  });

  it('of a recurring campaign add its runs up, newest first, and leave out what was missed', async () => {
    const daily = {
      type: 'recurring',
      frequency: 'daily',
      schedule_time: '2026-11-23T10:00:00',
      target_segment: 'tech',
    };
    const { id } = await makeCampaign(app, daily);
    for (const day of ['2026-11-23T10:00:00Z', '2026-11-24T10:00:00Z', '2026-11-27T10:00:00Z']) {
      app.clock.set(day);
      await app.tick();
    }
    const body = await detail(id);
    expect(body).toMatchObject({ status: 'pending', run_count: 3, audience: 18, sent: 18, rates: { sent_rate: 1 } });
    expect(body.recurrence_message).toBe('Every day at 10:00 UTC; next Sat 28 Nov 2026; 3 runs so far');
    expect(body.next_run_at).toBe('2026-11-28T10:00:00.000Z');
    const days = body.runs.map(({ scheduled_for, status }: Record<string, string>) => [
      status,
      scheduled_for!.slice(8, 10),
    ]);
    expect(days).toEqual([
      ['completed', '27'],
      ['missed', '25'],
      ['completed', '24'],
      ['completed', '23'],
    ]);
    for (const run of body.runs) expectToAddUp(run);
  });

  it('add up at every moment of a run, and count nothing before the provider has answered', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let arrived = () => {};
    const inFlight = new Promise<void>((resolve) => (arrived = resolve));
    let accepted = 0;
    app.providers.email.answer = async ({ to }) => {
      if (to === 'c4@example.com') {
        arrived();
        await released;
      }
      accepted += 1;
      return sent;
    };
    const { id } = await makeCampaign(app, { target_segment: 'tech' });
    const ticking = app.tick();
    await inFlight;
    const during = await detail(id);
    expectToAddUp(during);
    expectToAddUp(during.runs[0]);
    expectToAddUp(await row(id));
    expect(during).toMatchObject({ status: 'processing', audience: 6, run_count: 1 });
    expect(during.sent).toBeLessThanOrEqual(accepted);
    expect(during.pending).toBeGreaterThanOrEqual(3);
    const run = await latestRun(app, id);
    expect((await app.request('GET', `/runs/${run.id}/reconciliation`)).body.balanced).toBe(true);

    release();
    await ticking;
    expect(await detail(id)).toMatchObject({ status: 'completed', audience: 6, pending: 0, sent: 6 });
  });

  it('of a run without recipients are complete', async () => {
    const { id } = await makeCampaign(app, { target_segment: 'empty' });
    await app.tick();
    const body = await detail(id);
    expect(body).toMatchObject({ status: 'completed', run_count: 1, audience: 0, rates: { sent_rate: null } });
    expect(body.runs[0]).toMatchObject({ status: 'completed', audience: 0, pending: 0, finished_at: NOW });
  });

  it('of what is not there are not found', async () => {
    expectProblem(await app.request('GET', '/analytics/999999'), 404, 'CAMPAIGN_NOT_FOUND');
    expectProblem(await app.request('GET', '/analytics/nothing'), 404, 'NOT_FOUND');
  });
});
