import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeContacts } from './support/factories.js';

jest.setTimeout(60_000);

const daily = { type: 'recurring', frequency: 'daily', schedule_time: '2026-11-23T09:00:00Z' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    env: {
      FREQUENCY_CAP_EMAIL: '1/2 days',
      SMS_RATE_LIMIT: '1/second',
      BRAKE_FAILURE_RATE: '0.05',
      RETRY_MAX_ATTEMPTS: '2',
    },
  });
  await makeContacts(app, 300);
  const phone = (id: number) => app.request('PATCH', `/contacts/${id}`, { phone: `+4915112345${100 + id}` });
  for (let id = 1; id <= 150; id += 1) await phone(id);
});
afterAll(() => app.close());

/** Each run of the simulated days, by what became of it. */
async function runs(overrides: object, wish: object) {
  const campaign = await makeCampaign(app, { ...daily, ...overrides });
  const { status, body } = await app.request('POST', `/campaigns/${campaign.id}/simulate`, wish);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body.runs as { status: string; sent: number; failed: number; skipped: number; [time: string]: unknown }[];
}

const tookMs = ({ finished_at, scheduled_for }: Awaited<ReturnType<typeof runs>>[number]) =>
  Date.parse(String(finished_at)) - Date.parse(String(scheduled_for));

it('a simulation caps what a contact gets, as the engine does', async () => {
  const played = await runs({}, { days: 5 });
  expect(played.map(({ sent, skipped }) => [sent, skipped])).toEqual([
    [300, 0],
    [0, 300],
    [300, 0],
    [0, 300],
    [300, 0],
  ]);
});

it('a simulation sends no faster than the limits of a channel', async () => {
  const [first, second] = await runs({ channel: 'sms', message: 'Hi' }, { days: 2 });
  // Of each minute's sixty some go to those who turn out to have no number.
  expect(first).toMatchObject({ status: 'completed', sent: 150, skipped: 150 });
  expect(tookMs(first!)).toBeGreaterThanOrEqual(4 * 60_000);
  expect(tookMs(first!)).toBeLessThan(5 * 60_000);
  expect(second).toMatchObject({ status: 'completed', sent: 150 });
});

it('a simulation sends no faster than the limits of its account', async () => {
  const slow = {
    name: 'slow',
    channel: 'email',
    kind: 'sandbox',
    settings: {},
    limits: [{ period: 'hour', limit: 150 }],
  };
  expect((await app.request('POST', '/providers', slow)).status).toBe(201);
  const [run] = await runs({ provider: 'slow' }, { days: 1 });
  expect(run).toMatchObject({ status: 'completed', sent: 300 });
  expect(tookMs(run!)).toBeGreaterThan(59 * 60_000);
});

it('a simulation asks the suppression list, as the engine does for a transactional message', async () => {
  const { status } = await app.request('POST', '/suppressions', { address: 'c7@example.com', reason: 'manual' });
  expect(status).toBe(201);
  const [run] = await runs({ kind: 'transactional' }, { days: 1 });
  expect(run).toMatchObject({ sent: 299, skipped: 1 });
});

it('a simulated run is paused at the share of failures that the operator set', async () => {
  const [paused, ...later] = await runs({}, { days: 2, failure_rate: 0.4 });
  expect(paused).toMatchObject({ status: 'paused', finished_at: null, reason: expect.stringContaining('failed') });
  expect(paused!.failed).toBeLessThan(60);
  // Nobody is there to resume it, nor its campaign.
  expect(later).toEqual([]);
});
