import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { latestRun } from './support/factories.js';
import { endAll, makeWorld, putOffLima, sentUntil, tenOClock } from './support/world.js';

const HOUR = 3_600_000;
const daily = { type: 'recurring', frequency: 'daily' };
const runsOf = async (id: number) =>
  (await app.request('GET', `/campaigns/${id}/runs?limit=200`)).body.reverse() as Record<string, unknown>[];

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { BATCH_SIZE: '2' } });
  await makeWorld(app);
});
afterAll(() => app.close());
afterEach(() => endAll(app));

describe('a recurring campaign at its recipients’ own wall time', () => {
  it('runs every day for everyone, though each run is still ahead of its last zones when the next opens', async () => {
    app.clock.set('2027-01-07T19:00:00Z');
    const { id } = await tenOClock(app, { ...daily, max_runs: 3 });
    const sent = await sentUntil(app, '2027-01-11T12:00:00Z');
    const runs = await runsOf(id);
    expect(runs.map(({ scheduled_for, status, sent: count }) => [scheduled_for, status, count])).toEqual([
      ['2027-01-08T09:00:00.000Z', 'completed', 8],
      ['2027-01-09T09:00:00.000Z', 'completed', 8],
      ['2027-01-10T09:00:00.000Z', 'completed', 8],
    ]);
    expect(sent).toMatchObject({
      '01-07T20:00': ['kiritimati'],
      '01-08T20:00': ['honolulu', 'kiritimati'],
      '01-09T20:00': ['honolulu', 'kiritimati'],
      '01-10T20:00': ['honolulu'],
    });
    expect((await app.request('GET', `/campaigns/${id}`)).body).toMatchObject({ status: 'completed', runs: 3 });
  });

  it('still skips an occurrence while a run that is past everywhere is going', async () => {
    app.clock.set('2027-01-07T20:00:00Z');
    putOffLima(app);
    const { id } = await tenOClock(app, { ...daily });
    await sentUntil(app, '2027-01-09T20:00:00Z');
    expect((await runsOf(id)).map(({ scheduled_for, status, reason }) => [scheduled_for, status, reason])).toEqual([
      ['2027-01-08T09:00:00.000Z', 'processing', null],
      ['2027-01-09T09:00:00.000Z', 'processing', null],
      ['2027-01-10T09:00:00.000Z', 'skipped', 'overlap'],
    ]);
  });

  it('loses no zone that is still to come when nothing could open it, nor when it was paused', async () => {
    app.clock.set('2027-01-07T19:00:00Z');
    const { id } = await tenOClock(app, { ...daily, misfire: 'skip', late: 'skip', max_runs: 1 });
    app.clock.set('2027-01-08T08:00:00Z');
    await app.tick();
    expect(await latestRun(app, id)).toMatchObject({ skipped: 3, pending: 5, opened_after_ms: 12 * HOUR });

    app.clock.set('2027-01-07T19:00:00Z');
    const paused = await tenOClock(app, { ...daily, late: 'skip' });
    await app.request('POST', `/campaigns/${paused.id}/pause`);
    app.clock.set('2027-01-11T08:00:00Z');
    await app.request('POST', `/campaigns/${paused.id}/resume`);
    await app.tick();
    const [missed, second, third] = await runsOf(paused.id);
    expect(missed).toMatchObject({ scheduled_for: '2027-01-08T09:00:00.000Z', status: 'missed', missed_count: 3 });
    expect(second).toMatchObject({ scheduled_for: '2027-01-11T09:00:00.000Z', skipped: 3, pending: 5 });
    expect(third).toBeUndefined();
  });

  it('keeps 02:30 wherever it exists, and is moved where the clocks leave it out', async () => {
    app.clock.set('2027-03-27T00:00:00Z');
    const { id } = await tenOClock(app, {
      ...daily,
      schedule_time: '2027-03-28T02:30:00',
      until: '2027-03-28T23:00:00',
    });
    expect(await sentUntil(app, '2027-03-29T12:00:00Z')).toMatchObject({
      '03-27T18:00': ['osaka', 'tokyo'], // 02:30 at 17:30
      '03-28T02:00': ['berlin', 'mars', 'nowhere'], // 03:30, as there is no 02:30, at 01:30
      '03-28T08:00': ['lima'],
    });
    expect(await runsOf(id)).toMatchObject([{ scheduled_for: '2027-03-28T01:30:00.000Z', status: 'completed' }]);
  });

  it('tells in its message and its occurrences whose clock decides', async () => {
    app.clock.set('2027-01-07T19:00:00Z');
    const { id, recurrence_message } = await tenOClock(app, daily);
    expect(recurrence_message).toBe(
      "Every day at 10:00 in each contact's own time zone; next Fri 8 Jan 2027; no runs yet",
    );
    const { body } = await app.request('GET', `/campaigns/${id}/occurrences?count=2`);
    const clock = "at 10:00 in each contact's own time zone, from";
    expect(body).toEqual([
      {
        at: '2027-01-08T09:00:00.000Z',
        local: '2027-01-08T10:00:00',
        note: `${clock} 2027-01-07T20:00Z (UTC+14) to 2027-01-08T22:00Z (UTC-12)`,
      },
      expect.objectContaining({ at: '2027-01-09T09:00:00.000Z' }),
    ]);
    app.clock.set('2027-01-07T20:00:01Z');
    await app.tick();
    expect((await app.request('GET', `/campaigns/${id}/occurrences?count=1`)).body[0].local).toBe(
      '2027-01-09T10:00:00',
    );
  });
});
