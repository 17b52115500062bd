import { describe, expect, it } from '@jest/globals';
import { courseOf, type ExpectedRun } from './run-course.js';

const MORNING = { window: { from: '09:00', to: '10:00', weekdays: null }, quiet: null };

/** A run that opens on Sunday 3 January 2027 at 03:00 UTC. */
const run = (overrides: Partial<ExpectedRun> = {}): ExpectedRun => ({
  scheduled_for: new Date('2027-01-03T03:00:00Z'),
  zones_from: null,
  time_zone: 'UTC',
  late: 'send_now',
  opened_at: new Date('2027-01-03T03:00:00Z'),
  expires_at: new Date('2027-01-06T03:00:00Z'),
  hours: null,
  limits: { second: 1_000 },
  test: null,
  ...overrides,
});
const everybody = (contacts: number) => [{ zone: null, contacts }];
const at = (text: string) => new Date(`2027-01-${text}Z`);

describe('the course of a run', () => {
  it('begins at once where any hour will do', () => {
    expect(courseOf(run(), everybody(6_000))).toEqual({
      sent: 6_000,
      waiting: 0,
      skipped: [],
      finishesAt: at('03T03:00:06'),
      perHour: [6_000],
    });
    expect(courseOf(run(), [])).toMatchObject({ sent: 0, finishesAt: at('03T03:00:00'), perHour: [] });
  });

  it('waits for its hours, zone by zone', () => {
    const shares = [{ zone: 'Asia/Tokyo', contacts: 3 }, ...everybody(5)];
    const { finishesAt, perHour } = courseOf(run({ hours: MORNING }), shares);
    expect(perHour).toEqual([0, 0, 0, 0, 0, 0, 5, ...Array<number>(14).fill(0), 3]);
    expect(finishesAt).toEqual(at('04T00:00:00.003'));
  });

  it('goes on the next day where its hours end before it does, and skips what comes after the deadline', () => {
    const { sent, skipped, perHour, finishesAt } = courseOf(
      run({ hours: MORNING, limits: { second: 1_000, hour: 200 } }),
      everybody(1_000),
    );
    expect(sent).toBe(600);
    expect(skipped).toEqual([{ reason: 'quiet_hours', contacts: 400 }]);
    expect(perHour.flatMap((messages, hour) => (messages > 0 ? [[hour, messages]] : []))).toEqual([
      [6, 200],
      [30, 200],
      [54, 200],
    ]);
    expect(finishesAt).toEqual(at('05T09:00:00.200'));
  });

  it('counts all zones against one limit', () => {
    const shares = [{ zone: 'Europe/Berlin', contacts: 300 }, ...everybody(300)];
    const zoned = run({ zones_from: at('03T01:00:00'), opened_at: at('03T01:00:00'), limits: { hour: 300 } });
    expect(courseOf({ ...zoned, expires_at: at('09T00:00:00') }, shares)).toMatchObject({ sent: 600, skipped: [] });
    const together = run({ limits: { second: 1_000, hour: 300 } });
    expect(courseOf(together, shares).finishesAt).toEqual(at('03T04:00:00.300'));
  });

  it('leaves out zones that are past', () => {
    const late = run({ zones_from: at('02T20:00:00'), late: 'skip' });
    const { skipped, sent } = courseOf(late, [{ zone: 'Asia/Tokyo', contacts: 3 }, ...everybody(2)]);
    expect({ skipped, sent }).toEqual({ skipped: [{ reason: 'zone_past', contacts: 3 }], sent: 2 });
  });

  it('sends to who waits for a winner when that is decided, and tells no time where people decide', () => {
    const tested = courseOf(run({ test: { share: 0.2, afterMs: 2 * 3_600_000 } }), everybody(5_000));
    expect(tested).toMatchObject({
      sent: 5_000,
      waiting: 0,
      perHour: [1_000, 0, 4_000],
      finishesAt: at('03T05:00:04'),
    });
    const byHand = courseOf(run({ test: { share: 0.2, afterMs: null } }), everybody(5_000));
    expect(byHand).toMatchObject({ sent: 1_000, waiting: 4_000, perHour: [1_000], finishesAt: at('03T03:00:01') });
  });

  it('sends to who waits for a winner at the hour of the run by their own clocks', () => {
    const shares = [{ zone: 'Europe/Berlin', contacts: 10 }, ...everybody(10)];
    const opening = at('03T01:00:00');
    const zoned = run({ zones_from: opening, opened_at: opening, test: { share: 0.5, afterMs: 3_600_000 } });
    const { perHour } = courseOf({ ...zoned, expires_at: at('09T00:00:00') }, shares);
    // 15:00 by the first clock of all is 14:00 UTC in Berlin; the last of the test is due at 15:00 UTC.
    const when = perHour.flatMap((messages, hour) => (messages > 0 ? [[hour, messages]] : []));
    expect(when).toEqual([13, 14, 37, 38].map((hour) => [hour, 5]));
  });
});
