import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually, gate, openGates } from './support/engine.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { LEASE_MS: String(48 * HOUR) } });
  await makeSegment(app, 'few');
  await makeContacts(app, 1, { segments: ['few'] });
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  await app.sql(sql`update campaign set next_run_at = null, status = 'cancelled'`);
  await app.tick();
});

interface RunRow {
  scheduled_for: string;
  status: string;
  reason: string | null;
  missed_count: number;
  missed_until: string | null;
}

/** Every run of a campaign, oldest first. */
async function runsOf(id: number): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  for (let url: string | undefined = `/campaigns/${id}/runs?limit=200`; url;) {
    const { body, headers } = await app.request('GET', url);
    rows.push(...body);
    url = /^<(.+)>; rel="next"$/.exec(headers.link ?? '')?.[1];
  }
  return rows.reverse();
}

const recurring = (overrides: Record<string, unknown>) =>
  makeCampaign(app, { type: 'recurring', target_segment: 'few', ...overrides });

/** How many occurrences were carried out, and how many rows and occurrences were left out for which reason. */
async function tally(id: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status, reason, missed_count } of await runsOf(id)) {
    const name = reason ? `${status}: ${reason}` : status;
    counts[name] = (counts[name] ?? 0) + (reason ? missed_count : 1);
  }
  return counts;
}

describe('a scheduler that is down for ten minutes', () => {
  // Down from 10:00:30 to 10:10:30. Due meanwhile: 600 seconds, ten minutes, an hour at 10:05, a day at 10:05.
  const [DOWN, UP, ON] = ['2027-01-04T10:00:30Z', '2027-01-04T10:10:30Z', '2027-01-04T10:11:00Z'];
  const due = { secondly: '2027-01-04T10:00:01', minutely: '2027-01-04T10:00:00' };
  const five = { hourly: '2027-01-04T10:05:00', daily: '2027-01-04T10:05:00' };
  /** What the misfire table says of each policy: carried out and missed, once it is up again. */
  const table = {
    run_latest: {
      secondly: { completed: 3, 'missed: misfire': 657 },
      minutely: { completed: 3, 'missed: misfire': 9 },
      hourly: { completed: 1 },
      daily: { completed: 1 },
    },
    skip: {
      secondly: { completed: 3, 'missed: misfire': 657 },
      minutely: { completed: 3, 'missed: misfire': 9 },
      hourly: { 'missed: misfire': 1 },
      daily: { 'missed: misfire': 1 },
    },
    run_all: {
      secondly: { completed: 30, 'missed: misfire': 630 },
      minutely: { completed: 12 },
      hourly: { completed: 1 },
      daily: { completed: 1 },
    },
  } as const;

  it.each(Object.keys(table) as (keyof typeof table)[])(
    'leaves under %s what the misfire table says',
    async (misfire) => {
      app.clock.set('2027-01-04T09:59:59Z');
      const ids: Record<string, number> = {};
      for (const [frequency, schedule_time] of Object.entries({ ...due, ...five }))
        ids[frequency] = (await recurring({ frequency, schedule_time, misfire })).id;
      for (const instant of ['2027-01-04T10:00:00Z', DOWN, UP, ON]) {
        app.clock.set(instant);
        for (let opened = 1; opened > 0;) opened = await app.tick();
      }
      const found: Record<string, Record<string, number>> = {};
      for (const [frequency, id] of Object.entries(ids)) found[frequency] = await tally(id);
      expect(found).toEqual(table[misfire]);
      // Each occurrence is in exactly one row: a row begins where the one before it ended.
      for (const [frequency, step] of [
        ['secondly', 1_000],
        ['minutely', MINUTE],
      ] as const) {
        const rows = await runsOf(ids[frequency]!);
        const spans = rows.map(({ scheduled_for, missed_until }) =>
          [scheduled_for, missed_until ?? scheduled_for].map(Date.parse),
        );
        spans.sort(([first], [second]) => first! - second!);
        for (const [index, [from]] of spans.entries()) if (index > 0) expect(from).toBe(spans[index - 1]![1]! + step);
      }
    },
  );
});

describe('a run that goes on for longer than the grace', () => {
  /** A campaign whose first run hangs until its end; what is due meanwhile is looked at every hour. */
  async function slow(overrides: Record<string, unknown>) {
    app.clock.set('2027-02-01T10:00:00Z');
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'sent', providerMessageId: null }));
    const { id } = await recurring({ frequency: 'daily', schedule_time: '2027-02-01T10:00:00', ...overrides });
    const sent = app.providers.email.messages.length;
    const ticking = app.tick();
    await eventually(() => app.providers.email.messages.length === sent + 1);
    const hours = async (count: number) => {
      for (let hour = 0; hour < count; hour += 1) {
        app.clock.advance(HOUR);
        await app.app.get(Dispatcher).dispatchDue();
      }
    };
    const end = async () => {
      held.open();
      await ticking;
      for (let opened = 1; opened > 0;) opened = await app.tick();
    };
    return { id: id as number, hours, end };
  }
  const shown = async (id: number) =>
    (await runsOf(id)).map(({ scheduled_for, status, reason, missed_count }) => [
      scheduled_for.slice(5, 16),
      reason ? `${status}: ${reason} ${missed_count}` : status,
    ]);

  it.each(['run_latest', 'skip', 'run_all'])(
    'queues the next occurrence under %s, however long it waits',
    async (misfire) => {
      const { id, hours, end } = await slow({ overlap: 'queue', misfire });
      await hours(27);
      expect(await shown(id)).toEqual([['02-01T10:00', 'processing']]);
      await end();
      expect(await shown(id)).toEqual([
        ['02-01T10:00', 'completed'],
        ['02-02T10:00', 'completed'],
      ]);
    },
  );

  it('lets the latest of several wait, and records those that gave way to it', async () => {
    const { id, hours, end } = await slow({ overlap: 'queue', frequency: 'hourly' });
    await hours(5);
    app.clock.advance(10 * MINUTE);
    await end();
    expect(await shown(id)).toEqual([
      ['02-01T10:00', 'completed'],
      ['02-01T11:00', 'skipped: overlap 4'],
      ['02-01T15:00', 'completed'],
    ]);
  });

  it('lets all of them wait under run_all', async () => {
    const { id, hours, end } = await slow({ overlap: 'queue', misfire: 'run_all', frequency: 'hourly' });
    await hours(3);
    await end();
    expect((await shown(id)).map(([, status]) => status)).toEqual(Array(4).fill('completed'));
  });

  it('has a row for each occurrence under skip', async () => {
    const { id, hours, end } = await slow({ overlap: 'skip', frequency: 'hourly' });
    await hours(3);
    await end();
    expect((await shown(id)).map(([, status]) => status)).toEqual([
      'completed',
      ...Array(3).fill('skipped: overlap 1'),
    ]);
  });
});

it('a campaign that is given up has a row for the occurrence that would not open', async () => {
  app.clock.set('2027-03-01T10:00:00Z');
  const { id } = await recurring({ frequency: 'daily', schedule_time: '2027-03-01T10:00:00' });
  await app.sql(sql`alter table run_batch add constraint broken check (run_id < 0) not valid`);
  for (let failed = 1; failed <= 5; failed += 1, app.clock.advance(5_000)) await app.tick();
  await app.sql(sql`alter table run_batch drop constraint broken`);
  expect((await app.request('GET', `/campaigns/${id}`)).body).toMatchObject({ status: 'failed', next_run_at: null });
  expect(await runsOf(id)).toMatchObject([
    { scheduled_for: '2027-03-01T10:00:00.000Z', status: 'missed', reason: 'open_failed', missed_count: 1 },
  ]);
});

it('a campaign that is given up has on record what came due meanwhile, too', async () => {
  app.clock.set('2027-03-02T10:00:00Z');
  const { id } = await recurring({ frequency: 'secondly', interval: 2, schedule_time: '2027-03-02T10:00:00' });
  await app.sql(sql`alter table run_batch add constraint broken check (run_id < 0) not valid`);
  for (let failed = 1; failed <= 5; failed += 1, app.clock.advance(5_000)) await app.tick();
  await app.sql(sql`alter table run_batch drop constraint broken`);
  expect((await app.request('GET', `/campaigns/${id}`)).body).toMatchObject({ status: 'failed', next_run_at: null });
  // From 10:00:00 to the fifth failure at 10:00:20.
  expect(await runsOf(id)).toMatchObject([
    {
      scheduled_for: '2027-03-02T10:00:00.000Z',
      reason: 'open_failed',
      missed_count: 11,
      missed_until: '2027-03-02T10:00:20.000Z',
    },
  ]);
});
