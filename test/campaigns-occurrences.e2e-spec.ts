import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign } from './support/factories.js';

const daily = { type: 'recurring', frequency: 'daily', schedule_time: '2026-12-01T10:00:00' };

describe('the occurrences of a campaign', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  const occurrences = async (campaign: Record<string, unknown>, count = '') => {
    const { id } = await makeCampaign(app, campaign);
    return (await app.request('GET', `/campaigns/${id}/occurrences${count && `?count=${count}`}`)).body;
  };
  const instants = async (campaign: Record<string, unknown>, count: number) =>
    (await occurrences(campaign, String(count))).map(({ at }: { at: string }) => at.replace(':00.000Z', ''));

  it('are ten unless asked for more, from the anchor on', async () => {
    const ten = await occurrences(daily);
    expect(ten).toHaveLength(10);
    expect(ten[0]).toEqual({ at: '2026-12-01T10:00:00.000Z', local: '2026-12-01T10:00:00', note: null });
    expect(ten[9].local).toBe('2026-12-10T10:00:00');
    expect(await occurrences(daily, '1000')).toHaveLength(1000);
  });

  it('begin now where the anchor lies in the past', async () => {
    const past = { ...daily, schedule_time: '2020-01-01T10:00:00' };
    expect(await instants(past, 2)).toEqual(['2026-11-23T10:00', '2026-11-24T10:00']);
  });

  it('say what the change of the clocks does to them', async () => {
    const berlin = { ...daily, schedule_time: '2027-03-27T02:30:00', time_zone: 'Europe/Berlin' };
    expect(await occurrences(berlin, '3')).toEqual([
      { at: '2027-03-27T01:30:00.000Z', local: '2027-03-27T02:30:00', note: null },
      {
        at: '2027-03-28T01:30:00.000Z',
        local: '2027-03-28T03:30:00',
        note: '02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30',
      },
      { at: '2027-03-29T00:30:00.000Z', local: '2027-03-29T02:30:00', note: null },
    ]);
    const [, back] = await occurrences({ ...berlin, schedule_time: '2027-10-30T02:30:00' }, '2');
    expect(back).toMatchObject({ at: '2027-10-31T00:30:00.000Z', note: expect.stringContaining('happens twice') });
  });

  it('are calendar months apart, and say where a month is too short', async () => {
    const monthly = { ...daily, frequency: 'monthly', schedule_time: '2027-01-31T09:00:00' };
    const [january, february, march] = await occurrences(monthly, '3');
    expect([january.local, february.local, march.local]).toEqual(
      ['2027-01-31', '2027-02-28', '2027-03-31'].map((day) => `${day}T09:00:00`),
    );
    expect(february.note).toBe('February 2027 has no 31st; moved to the 28th');
    expect([january.note, march.note]).toEqual([null, null]);
  });

  it('fall on the named weekdays of every other week', async () => {
    const weekly = { ...daily, frequency: 'weekly', interval: 2, weekdays: ['friday', 'monday'] };
    expect(await instants({ ...weekly, schedule_time: '2026-12-02T10:00:00' }, 4)).toEqual(
      ['2026-12-04', '2026-12-14', '2026-12-18', '2026-12-28'].map((day) => `${day}T10:00`),
    );
  });

  it('follow a cron expression in the zone', async () => {
    const cron = { ...daily, frequency: undefined, cron: '30 9 * * mon-fri', time_zone: 'Europe/Berlin' };
    expect(await instants({ ...cron, schedule_time: '2026-12-04T00:00:00' }, 2)).toEqual(
      ['2026-12-04', '2026-12-07'].map((day) => `${day}T08:30`),
    );
  });

  it('are hours and shorter by elapsed time, whatever the clocks do', async () => {
    const hourly = { ...daily, frequency: 'hourly', schedule_time: '2027-03-28T01:00:00', time_zone: 'Europe/Berlin' };
    const two = await occurrences(hourly, '2');
    expect(two.map(({ local }: { local: string }) => local.slice(11, 16))).toEqual(['01:00', '03:00']);
  });

  it('end with until, inclusive, and with what is left of max_runs', async () => {
    expect(await instants({ ...daily, until: '2026-12-03T10:00:00' }, 10)).toHaveLength(3);
    const { id } = await makeCampaign(app, { ...daily, max_runs: 3 });
    await app.request('POST', `/campaigns/${id}/launch`);
    expect((await app.request('GET', `/campaigns/${id}/occurrences`)).body).toHaveLength(2);
  });

  it('are one for a one-time campaign until it has run', async () => {
    const berlin = { schedule_time: '2027-03-28T02:30:00', time_zone: 'Europe/Berlin' };
    expect(await occurrences(berlin)).toEqual([
      {
        at: '2027-03-28T01:30:00.000Z',
        local: '2027-03-28T03:30:00',
        note: '02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30',
      },
    ]);
    const { id } = await makeCampaign(app, { schedule_time: '2026-11-22T11:00:00' });
    expect((await app.request('GET', `/campaigns/${id}/occurrences`)).body).toHaveLength(1);
    await app.tick();
    expect((await app.request('GET', `/campaigns/${id}/occurrences`)).body).toEqual([]);
  });
});
