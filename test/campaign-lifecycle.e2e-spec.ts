import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { latestRun, makeContacts, makeSegment } from './support/factories.js';

const weekly = {
  name: 'Weekly Tech News',
  type: 'recurring',
  schedule_time: '2026-02-01T10:00:00',
  message: 'Stay updated with the latest in tech!',
  target_segment: 'tech',
  frequency: 'weekly',
  interval: 1,
};
const blackFriday = {
  name: 'Black Friday Sale',
  type: 'one_time',
  schedule_time: '2026-11-28T00:00:00',
  message: 'Massive discounts are here!',
  target_segment: 'retail',
};

describe('the flow of the README, told once', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'tech');
    await makeSegment(app, 'retail');
    await makeContacts(app, 3, { prefix: 'tech', segments: ['tech'] });
    await makeContacts(app, 2, { prefix: 'retail', segments: ['retail'] });
  });
  afterAll(() => app.close());

  it('takes the recurring payload and shows the next occurrence', async () => {
    const { status, body } = await app.request('POST', '/campaigns/', weekly);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...weekly, status: 'pending', schedule_time: '2026-11-29T10:00:00.000Z' });
  });

  it('takes the one-time payload, waits for its time, then reaches exactly its segment', async () => {
    const { body: campaign } = await app.request('POST', '/campaigns/', blackFriday);
    await app.tick();
    expect(app.providers.email.addresses()).toEqual([]);

    app.clock.set('2026-11-28T00:00:00Z');
    await app.tick();

    expect(app.providers.email.addresses().sort()).toEqual(['retail1@example.com', 'retail2@example.com']);
    expect(await latestRun(app, campaign.id)).toMatchObject({
      status: 'completed',
      scheduled_for: '2026-11-28T00:00:00.000Z',
      audience: 2,
      pending: 0,
      sent: 2,
      failed: 0,
      skipped: 0,
      in_doubt: 0,
    });
    expect((await app.request('GET', `/campaigns/${campaign.id}`)).body.status).toBe('completed');
  });

  it('carries out the weekly one on its day and moves it to the next', async () => {
    app.clock.set('2026-11-29T10:00:00Z');
    await app.tick();
    const { body: campaigns } = await app.request('GET', '/campaigns/');
    expect(campaigns[0]).toMatchObject({ runs: 1, status: 'pending', schedule_time: '2026-12-06T10:00:00.000Z' });
    expect(app.providers.email.addresses().filter((to) => to.startsWith('tech'))).toHaveLength(3);
  });

  it('shows analytics whose counts add up', async () => {
    const { body: all } = await app.request('GET', '/analytics/');
    for (const row of all) expect(row.audience).toBe(row.pending + row.sent + row.failed + row.skipped + row.in_doubt);
    const { body: one } = await app.request('GET', `/analytics/${all[0].campaign_id}`);
    expect(one).toMatchObject({ campaign_name: 'Weekly Tech News', sent: 3, rates: { sent_rate: 1 } });
    // The payload's schedule began in February: what it would have sent since then is on record, and was not sent.
    expect(one.runs.map(({ status }: { status: string }) => status)).toEqual(['completed', 'missed']);
    expect(one.last_updated).toBeTruthy();
  });
});
