import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeCampaign, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const NOW = '2026-11-22T12:00:30.000Z';
const recurring = { type: 'recurring', target_segment: 'none' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  app.clock.set(NOW);
  await makeSegment(app, 'none');
});
afterAll(() => app.close());

interface Entry {
  campaign_name: string;
  runs: number;
  left_out: number;
  planned: number;
  first_at: string;
  run_id: number | null;
}
interface Day extends Omit<Entry, 'campaign_name' | 'first_at' | 'run_id'> {
  date: string;
  campaigns: number;
  more: boolean;
  entries: (Entry & { more: boolean; deleted: boolean })[];
}
const ask = (query: string) => app.request('GET', `/calendar?${query}`);
const days = async (from: string, to: string, more = ''): Promise<Day[]> =>
  (await ask(`from=${from}&to=${to}${more}`)).body.days;
/** What a campaign has on each day: carried out and planned. */
const countsOf = (shown: Day[], name: string) =>
  Object.fromEntries(
    shown.flatMap(({ date, entries }) =>
      entries
        .filter(({ campaign_name }) => campaign_name === name)
        .map(({ runs, planned }): [string, number[]] => [date.slice(5), [runs, planned]]),
    ),
  );
const make = (name: string, schedule_time: string, more: object) =>
  makeCampaign(app, { ...recurring, name, schedule_time, ...more });

describe('the calendar', () => {
  it('counts all that is to come by arithmetic, until a campaign has had all of its runs', async () => {
    await make('Every second', '2026-11-22T13:00:00', { frequency: 'secondly' });
    await make('Hourly', '2026-11-22T13:00:00', { frequency: 'hourly', max_runs: 40 });
    await make('Workdays', '2026-11-22T09:00:00', { cron: '0 9 * * 1-5' });
    const shown = await days('2026-11-22', '2026-12-31');
    expect(shown).toHaveLength(40);
    expect(countsOf(shown, 'Every second')).toMatchObject({ '11-22': [0, 39_600], '12-31': [0, 86_400] });
    expect(countsOf(shown, 'Hourly')).toEqual({ '11-22': [0, 11], '11-23': [0, 24], '11-24': [0, 5] });
    const workdays = Object.keys(countsOf(shown, 'Workdays'));
    expect([workdays.length, workdays[0], workdays.at(-1)]).toEqual([29, '11-23', '12-31']);
    expect(countsOf(await days('2026-11-24', '2026-11-24'), 'Hourly')).toEqual({ '11-24': [0, 5] });
    expect(await days('2026-11-25', '2026-11-25')).toMatchObject([{ campaigns: 2, planned: 86_401, more: false }]);
  });

  it('has the days of the zone that is asked for, also those that are an hour longer', async () => {
    const october = (zone: string) => days('2027-10-31', '2027-10-31', `&time_zone=${zone}`);
    expect(countsOf(await october('europe/berlin'), 'Every second')).toEqual({ '10-31': [0, 90_000] });
    expect(countsOf(await october('UTC'), 'Every second')).toEqual({ '10-31': [0, 86_400] });
    await make('At midnight', '2026-12-10T00:30:00', { frequency: 'daily', time_zone: 'Europe/Berlin', max_runs: 1 });
    const december = (zone: string) => days('2026-12-01', '2026-12-31', `&time_zone=${zone}`);
    expect(countsOf(await december('Europe/Berlin'), 'At midnight')).toEqual({ '12-10': [0, 1] });
    expect(countsOf(await december('UTC'), 'At midnight')).toEqual({ '12-09': [0, 1] });
  });

  it('shows what was carried out and left out with the first run, of campaigns deleted since as well', async () => {
    await app.sql(sql`update campaign set status = 'paused' where name = 'Every second'`);
    const run = await carryOut(app, { name: 'Gone', target_segment: 'none' });
    await app.sql(sql`
      insert into run (campaign_id, scheduled_for, status, reason, channel, message, format, content_version, on_doubt,
                       missed_count, missed_until, frozen, opened_at, expires_at, finished_at)
      select campaign_id, '2026-11-22T10:00:00Z', 'missed', 'misfire', channel, '', format, content_version, on_doubt,
             5, '2026-11-22T10:04:00Z', true, opened_at, expires_at, finished_at from run where id = ${run.id}`);
    expect((await app.request('DELETE', `/campaigns/${run.campaign_id}`)).status).toBe(204);
    const [day] = (await days('2026-11-22', '2026-11-22')) as [Day];
    expect(day.entries.find(({ campaign_name }) => campaign_name === 'Gone')).toMatchObject({
      ...{ deleted: true, runs: 1, left_out: 5, planned: 0, more: false, first_at: '2026-11-22T10:00:00.000Z' },
    });
    expect(day).toMatchObject({ runs: 1, left_out: 5, planned: 11 });
    expect((await app.request('GET', `/runs/${run.id}`)).status).toBe(200);
  });

  it('counts what is overdue once, on its day', async () => {
    const late = await make('Late', '2026-11-23T10:00:00', { frequency: 'daily' });
    app.clock.set('2026-11-26T12:00:00Z');
    expect(countsOf(await days('2026-11-20', '2026-11-28'), 'Late')).toEqual({
      ...{ '11-23': [0, 1], '11-27': [0, 1], '11-28': [0, 1] },
    });
    app.clock.set(NOW);
    await app.request('POST', `/campaigns/${late.id}/cancel`);
  });

  it('leaves out no campaign, however many there are, and no run; what it does not count it tells', async () => {
    await app.sql(sql`
      insert into campaign (name, channel, type, message, format, status, anchor_at, anchor_local, time_zone, next_run_at)
      select 'Many ' || n, 'email', 'one_time', 'Hi', 'text', 'pending', t, '2026-11-30T09:00:00', 'UTC', t
      from generate_series(1, 310) as n, (select '2026-11-30T09:00:00Z'::timestamptz) as s (t)`);
    const [monday] = (await days('2026-11-30', '2026-11-30')) as [Day];
    expect(monday).toMatchObject({ campaigns: 311, planned: 311 });
    expect(monday.entries).toHaveLength(50);
    const [all] = (await days('2026-11-30', '2026-11-30', '&limit=1000')) as [Day];
    expect(all.entries).toHaveLength(311);
    const run = await carryOut(app, { name: 'Often', target_segment: 'none' });
    await app.sql(sql`
      insert into run (campaign_id, scheduled_for, status, channel, message, format, content_version, on_doubt, frozen,
                       opened_at, expires_at, finished_at)
      select campaign_id, '2026-11-21T00:00:00Z'::timestamptz + n * interval '1 second', 'completed', channel, '', format,
             content_version, on_doubt, true, opened_at, expires_at, finished_at
      from run, generate_series(1, 2010) as n where id = ${run.id}`);
    expect(await days('2026-11-21', '2026-11-21')).toMatchObject([
      { runs: 2_000, more: true, entries: [{ more: true }] },
    ]);
    expect((await ask('from=2026-11-01&to=2026-12-31')).body.complete).toBe(true);
    await app.sql(sql`
      insert into campaign (name, channel, type, message, format, status, anchor_at, anchor_local, time_zone, next_run_at)
      select 'More ' || n, 'email', 'one_time', 'Hi', 'text', 'pending', t, '2026-12-30T09:00:00', 'UTC', t
      from generate_series(1, 1000) as n, (select '2026-12-30T09:00:00Z'::timestamptz) as s (t)`);
    expect((await ask('from=2026-11-01&to=2026-12-31')).body.complete).toBe(false);
  });

  it('refuses days and zones that are none', async () => {
    const refused = async (query: string, pointer: string) =>
      expectProblem(await ask(query), 400, 'VALIDATION_FAILED', pointer);
    await refused('to=2026-11-30', '/from');
    await refused('from=2026-02-30&to=2026-03-01', '/from');
    await refused('from=2026-11-02&to=2026-11-01', '/to');
    await refused('from=2026-11-01&to=2027-01-02', '/to');
    await refused('from=2026-11-01&to=2026-11-01T00:00', '/to');
    await refused('from=2026-11-01&to=2026-11-30&time_zone=Mars/Olympus', '/time_zone');
    await refused('from=2026-11-01&to=2026-11-30&limit=0', '/limit');
    await refused('from=2026-11-01&to=2026-11-30&month=11', '/month');
  });
});
