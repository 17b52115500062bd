import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { countsOf, eventually, expectBalanced, gate, openGates } from './support/engine.js';
import { latestRun, makeCampaign, makeContacts, makeSegment } from './support/factories.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let app: TestApp;
beforeAll(async () => {
  // No lease runs out while a test lets hours pass.
  app = await startApp({ env: { LEASE_MS: String(24 * HOUR) } });
  await makeSegment(app, 'few');
  await makeContacts(app, 2, { segments: ['few'] });
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
  await app.sql(sql`update campaign set next_run_at = null, status = 'cancelled'`);
  await app.tick();
});

const at = (aheadMs: number) => new Date(app.clock.now().getTime() + aheadMs).toISOString();
const recurring = (overrides: Record<string, unknown>) =>
  makeCampaign(app, { type: 'recurring', schedule_time: at(SECOND), target_segment: 'few', ...overrides });
const campaignOf = async (id: number) => (await app.request('GET', `/campaigns/${id}`)).body;

/** The runs of a campaign, oldest first: when, how they ended, and how many missed occurrences they stand for. */
const runsOf = async (id: number) =>
  (await app.request('GET', `/campaigns/${id}/runs?limit=200`)).body
    .reverse()
    .map(({ scheduled_for, status, reason, missed_count }: Record<string, unknown>) => [
      scheduled_for,
      status,
      ...(reason ? [reason, missed_count] : []),
    ]);

/** Lets time pass in steps and carries out what is due after each. */
async function pass(steps: number, stepMs: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    app.clock.advance(stepMs);
    await app.tick();
  }
}

describe('occurrences that passed while nothing could open them', () => {
  const start = '2027-01-04T10:00:00.000Z';
  const anchored = async (overrides: Record<string, unknown>, everyMs = MINUTE) => {
    app.clock.set(start);
    const made = await recurring({ frequency: 'minutely', schedule_time: at(everyMs), ...overrides });
    return made.id as number;
  };

  it('run_latest: the last one opens, the others are one missed range', async () => {
    const id = await anchored({ misfire: 'run_latest' });
    await pass(1, 10 * MINUTE);
    expect(await runsOf(id)).toEqual([
      ['2027-01-04T10:01:00.000Z', 'missed', 'misfire', 9],
      ['2027-01-04T10:10:00.000Z', 'completed'],
    ]);
    expect((await campaignOf(id)).next_run_at).toBe('2027-01-04T10:11:00.000Z');
  });

  it('skip: none opens unless it is on time', async () => {
    const id = await anchored({ misfire: 'skip', frequency: 'hourly' }, HOUR);
    await pass(1, 3 * HOUR + 5 * MINUTE);
    expect(await runsOf(id)).toEqual([['2027-01-04T11:00:00.000Z', 'missed', 'misfire', 3]]);
    await pass(1, 55 * MINUTE);
    expect((await runsOf(id)).at(-1)).toEqual(['2027-01-04T14:00:00.000Z', 'completed']);
  });

  it('run_all: the last ten open in order, one after the other, older ones are one missed range', async () => {
    const id = await anchored({ misfire: 'run_all' });
    await pass(1, 15 * MINUTE);
    await pass(9, 0);
    const runs = await runsOf(id);
    expect(runs[0]).toEqual(['2027-01-04T10:01:00.000Z', 'missed', 'misfire', 5]);
    expect(runs.slice(1)).toEqual(
      Array.from({ length: 10 }, (_, minute) => [
        `2027-01-04T10:${String(6 + minute).padStart(2, '0')}:00.000Z`,
        'completed',
      ]),
    );
  });

  it('are recorded although the due time was set back to one that has its run, which does not open again', async () => {
    const id = await anchored({});
    await pass(1, MINUTE);
    await app.sql(sql`update campaign set next_run_at = '2027-01-04T10:01:00Z' where id = ${id}`);
    await pass(1, 9 * MINUTE);
    expect(await runsOf(id)).toEqual([
      ['2027-01-04T10:01:00.000Z', 'completed'],
      ['2027-01-04T10:02:00.000Z', 'missed', 'misfire', 8],
      ['2027-01-04T10:10:00.000Z', 'completed'],
    ]);
  });

  it('of a paused campaign never fire: resume records them and goes on with the next', async () => {
    const id = await anchored({});
    await pass(1, MINUTE);
    await app.request('POST', `/campaigns/${id}/pause`);
    await pass(5, MINUTE);
    expect(await runsOf(id)).toHaveLength(1);
    await app.request('POST', `/campaigns/${id}/resume`);
    await app.tick();
    expect(await runsOf(id)).toEqual([
      ['2027-01-04T10:01:00.000Z', 'completed'],
      ['2027-01-04T10:02:00.000Z', 'missed', 'paused', 5],
    ]);
    await pass(1, MINUTE);
    expect((await runsOf(id)).at(-1)).toEqual(['2027-01-04T10:07:00.000Z', 'completed']);
  });
});

describe('an occurrence that is due while a run is still going', () => {
  /** A minutely campaign whose first run hangs while its second occurrence falls due. */
  async function overlapping(overlap: string) {
    app.clock.set('2027-02-01T10:00:00Z');
    const held = gate();
    app.providers.email.answer = () => held.opened.then(() => ({ outcome: 'sent', providerMessageId: null }));
    const { id } = await recurring({ frequency: 'minutely', schedule_time: at(MINUTE), overlap });
    app.clock.advance(MINUTE);
    const ticking = [app.tick()];
    await eventually(() => app.providers.email.messages.length === 2);
    app.clock.advance(MINUTE);
    ticking.push(app.tick());
    const settle = async () => {
      held.open();
      await Promise.all(ticking);
      await app.tick();
    };
    return { id: id as number, ticking, settle };
  }
  const second = '2027-02-01T10:02:00.000Z';
  const first = ['2027-02-01T10:01:00.000Z', 'completed'];

  it('skip: is recorded as skipped', async () => {
    const { id, settle } = await overlapping('skip');
    await eventually(async () => (await runsOf(id)).length === 2);
    await settle();
    expect(await runsOf(id)).toEqual([first, [second, 'skipped', 'overlap', 1]]);
    expect((await campaignOf(id)).runs).toBe(1);
  });

  it('allow: opens beside it', async () => {
    const { id, settle } = await overlapping('allow');
    await eventually(async () => (await runsOf(id)).length === 2);
    await eventually(() => app.providers.email.messages.length === 4);
    await settle();
    expect(await runsOf(id)).toEqual([first, [second, 'completed']]);
  });

  it('queue: waits for its end', async () => {
    const { id, ticking, settle } = await overlapping('queue');
    const other = await makeCampaign(app, { target_segment: 'few' });
    ticking.push(app.tick());
    await eventually(() => latestRun(app, other.id));
    expect(await runsOf(id)).toHaveLength(1);
    await settle();
    expect(await runsOf(id)).toEqual([first, [second, 'completed']]);
  });
});

describe('a recurring campaign', () => {
  it('monthly on the 31st follows the calendar, also through February', async () => {
    app.clock.set('2027-01-31T09:00:00Z');
    const { id } = await recurring({ frequency: 'monthly', schedule_time: '2027-01-31T09:00:00' });
    await app.tick();
    for (const day of ['2027-02-28', '2027-03-31', '2027-04-30']) {
      app.clock.set(`${day}T08:59:59Z`);
      await app.tick();
      app.clock.set(`${day}T09:00:00Z`);
      await app.tick();
    }
    expect(await runsOf(id)).toEqual(
      ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30'].map((day) => [`${day}T09:00:00.000Z`, 'completed']),
    );
  });

  it('daily keeps its wall time when the clocks change', async () => {
    app.clock.set('2027-03-27T00:00:00Z');
    const { id } = await recurring({
      frequency: 'daily',
      time_zone: 'Europe/Berlin',
      schedule_time: '2027-03-27T02:30:00',
    });
    await pass(3 * 24, HOUR);
    const scheduled = (await runsOf(id)).map(([when]: string[]) => when);
    // 02:30 does not exist on the 28th and is shifted forward once; from the 29th on it is summer time.
    expect(scheduled).toEqual(['2027-03-27T01:30:00.000Z', '2027-03-28T01:30:00.000Z', '2027-03-29T00:30:00.000Z']);
  });

  it('secondly opens each occurrence once, though looked at more often', async () => {
    const { id } = await recurring({ frequency: 'secondly' });
    const first = app.clock.now().getTime() + SECOND;
    await pass(40, 250);
    const expected = Array.from({ length: 10 }, (_, second) => [
      new Date(first + second * SECOND).toISOString(),
      'completed',
    ]);
    expect(await runsOf(id)).toEqual(expected);
    expect(app.providers.email.messages).toHaveLength(20);
  });

  it('does not carry out again an occurrence that has its run, and goes on with the next', async () => {
    const { id } = await recurring({ frequency: 'minutely' });
    await pass(1, SECOND);
    const [[opened]] = await runsOf(id);
    await app.sql(sql`update campaign set next_run_at = ${opened}::timestamptz where id = ${id}`);
    await app.tick();
    expect(await runsOf(id)).toEqual([[opened, 'completed']]);
    expect(await campaignOf(id)).toMatchObject({ status: 'pending', status_reason: null, runs: 1 });
    await pass(1, MINUTE);
    expect(await runsOf(id)).toHaveLength(2);
  });

  it('ends after max_runs started runs; one launched by hand counts', async () => {
    const { id } = await recurring({ frequency: 'secondly', max_runs: 3 });
    expect((await app.request('POST', `/campaigns/${id}/launch`)).status).toBe(200);
    await app.tick();
    await pass(6, SECOND);
    expect(await runsOf(id)).toHaveLength(3);
    expect(await campaignOf(id)).toMatchObject({ status: 'completed', runs: 3, next_run_at: null });
  });

  it('launched for its last allowed run does not run again', async () => {
    const { id } = await recurring({ frequency: 'secondly', max_runs: 1 });
    await app.request('POST', `/campaigns/${id}/launch`);
    await app.tick();
    await pass(4, SECOND);
    expect(await runsOf(id)).toHaveLength(1);
    expect(await campaignOf(id)).toMatchObject({ status: 'completed', runs: 1 });
    expect(await countsOf(app, (await latestRun(app, id)).id)).toMatchObject({ sent: 2 });
  });

  it('ends at its until, which is included', async () => {
    const { id } = await recurring({ frequency: 'secondly', until: at(3 * SECOND) });
    await pass(6, SECOND);
    expect(await runsOf(id)).toHaveLength(3);
    expect((await campaignOf(id)).status).toBe('completed');
    await expectBalanced(app, (await latestRun(app, id)).id);
  });
});
