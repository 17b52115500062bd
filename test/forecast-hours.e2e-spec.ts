import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign } from './support/factories.js';
import { address, endAll, makeWorld, sentUntil } from './support/world.js';

jest.setTimeout(60_000);

const START = '2027-01-03T12:00:00Z';
const MONDAYS = { from: '09:00', to: '10:00', weekdays: ['monday'] };
const base = { time_zone: 'UTC', target_segment: 'world', schedule_time: '2027-01-10T03:00:00' };

describe('a forecast of a run that is not sent at once', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { QUIET_HOURS_EMAIL: '22:00-06:00' } });
    app.clock.set(START);
    await makeWorld(app);
    const [osaka] = await app.sql<{ id: number }>(sql`select id from contact where email = ${address('osaka')}`);
    await app.request('PATCH', `/contacts/${osaka!.id}`, { consent: { email: 'unsubscribed' } });
  });
  afterAll(() => app.close());

  const forecast = async (id: number) => (await app.request('POST', `/campaigns/${id}/forecast`)).body;

  it.each<[string, Record<string, unknown>]>([
    ['a window that opens the day after', { send_window: MONDAYS }],
    ['a window that opens after the deadline', { send_window: MONDAYS, schedule_time: '2027-01-12T03:00:00' }],
    ['quiet hours', {}],
    ['every clock of its own', { recipient_time_zone: true, schedule_time: '2027-01-11T10:00:00' }],
    ['clocks and a window', { recipient_time_zone: true, send_window: MONDAYS, schedule_time: '2027-01-11T10:30:00' }],
    [
      'zones left out that it is too late for',
      {
        recipient_time_zone: true,
        late: 'skip',
        schedule_time: '2027-01-03T20:00:00',
        send_window: { from: '19:00', to: '21:00' },
      },
    ],
  ])('with %s says what the simulation of it does', async (_, overrides) => {
    const { id } = await makeCampaign(app, { ...base, ...overrides });
    const { audience, finish, volume_per_hour } = await forecast(id);
    const { body } = await app.request('POST', `/campaigns/${id}/simulate`, { days: 20 });
    const [run] = body.runs;
    expect(audience).toMatchObject({ contacts: run.audience, reachable: run.sent });
    const left = audience.excluded.reduce((sum: number, { contacts }: { contacts: number }) => sum + contacts, 0);
    expect(left).toBe(run.skipped);
    if (run.sent > 0) {
      const apart = Date.parse(finish.finishes_at) - Date.parse(run.finished_at);
      expect(Math.abs(apart)).toBeLessThan(1_000);
    }
    expect(volume_per_hour.reduce((sum: number, { messages }: { messages: number }) => sum + messages, 0)).toBe(
      run.sent,
    );
    await app.request('POST', `/campaigns/${id}/cancel`);
  });

  it('tells which hour sends how many, as the run then does', async () => {
    const { id } = await makeCampaign(app, { ...base, send_window: MONDAYS });
    const { volume_per_hour, audience } = await forecast(id);
    expect(audience.excluded).toEqual([{ reason: 'unsubscribed', contacts: 1 }]);
    const expected = volume_per_hour.flatMap(({ from, messages }: { from: string; messages: number }) =>
      messages > 0 ? [[from.slice(5, 16), messages]] : [],
    );
    const sent = await sentUntil(app, '2027-01-12T00:00:00Z');
    expect(Object.entries(sent).map(([hour, names]) => [hour, names.length])).toEqual(expected);
    await endAll(app);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'a rhythm that its hours are too short for',
      { frequency: 'hourly', send_window: { from: '09:00', to: '10:00' } },
      ['INTERVAL_SHORTER_THAN_RUN'],
    ],
    ['hours that every run falls into', { frequency: 'daily', schedule_time: '2027-01-10T12:00:00' }, []],
    [
      'a time that the clocks of recipients leave out',
      { frequency: 'daily', recipient_time_zone: true, schedule_time: '2027-01-10T02:30:00' },
      ['TIME_BENT_BY_DST'],
    ],
  ])('lints %s', async (_, overrides, expected) => {
    const { id } = await makeCampaign(app, {
      ...base,
      type: 'recurring',
      subject: 'Hi',
      message: 'Hi {{ unsubscribe_url }}',
      ...overrides,
    });
    const { body } = await app.request('GET', `/campaigns/${id}/lint`);
    expect(body.map(({ code }: { code: string }) => code)).toEqual(expected);
    await app.request('POST', `/campaigns/${id}/cancel`);
  });
});
