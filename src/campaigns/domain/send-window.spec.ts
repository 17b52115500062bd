import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { WEEKDAYS, type Weekday } from './schedule.js';
import { type DailyHours, earliestAllowed, neverOpen, quietHoursOf, type SendWindow } from './send-window.js';

// The search is slow; a busy machine may need longer than Jest's five seconds.
jest.setTimeout(120_000);

const QUARTER = 15 * 60_000;
const daytime: SendWindow = { from: '09:00', to: '20:00', weekdays: null };
const night: DailyHours = { from: '21:00', to: '08:00' };

describe('the earliest moment at which a recipient may be sent to', () => {
  const cases: [string, string, string, SendWindow | null, DailyHours | null, string | null][] = [
    ['now, inside the window', '2026-07-01T10:00:30.500Z', 'Europe/Berlin', daytime, null, 'now'],
    ['now, at its first moment', '2026-07-01T07:00:00Z', 'Europe/Berlin', daytime, null, 'now'],
    ['the next morning, at its end', '2026-07-01T18:00:00Z', 'Europe/Berlin', daytime, null, '2026-07-02T07:00:00Z'],
    ['this morning, before it', '2026-07-01T03:00:00Z', 'Europe/Berlin', daytime, null, '2026-07-01T07:00:00Z'],
    ['the morning of an odd offset', '2026-07-01T00:00:00Z', 'Asia/Kathmandu', daytime, null, '2026-07-01T03:15:00Z'],
    ['the end of the quiet hours', '2026-07-01T22:00:00Z', 'Europe/London', null, night, '2026-07-02T07:00:00Z'],
    ['now, between quiet hours', '2026-07-01T12:00:00Z', 'Europe/London', null, night, 'now'],
    [
      'the end of quiet hours that reach into the window',
      '2026-07-01T02:00:00Z',
      'UTC',
      { ...daytime, from: '06:00' },
      night,
      '2026-07-01T08:00:00Z',
    ],
    [
      'now, after midnight in a window of the day before',
      '2026-07-04T00:30:00Z', // a Saturday
      'UTC',
      { from: '22:00', to: '02:00', weekdays: ['friday'] },
      null,
      'now',
    ],
    [
      'Friday night, not the small hours of Friday',
      '2026-07-03T00:30:00Z',
      'UTC',
      { from: '22:00', to: '02:00', weekdays: ['friday'] },
      null,
      '2026-07-03T22:00:00Z',
    ],
    [
      'Monday, on a weekend',
      '2026-07-04T12:00:00Z',
      'America/Lima',
      { ...daytime, weekdays: ['monday'] },
      null,
      '2026-07-06T14:00:00Z',
    ],
    [
      'the jump of the clocks over the beginning',
      '2026-03-29T00:30:00Z',
      'Europe/Berlin',
      { from: '02:30', to: '05:00', weekdays: null },
      null,
      '2026-03-29T01:00:00Z',
    ],
    [
      'the next day where the clocks jump over all of it',
      '2026-03-29T00:30:00Z',
      'Europe/Berlin',
      { from: '02:15', to: '02:45', weekdays: null },
      null,
      '2026-03-30T00:15:00Z',
    ],
    [
      'the second time around when the clocks go back',
      '2026-10-25T00:50:00Z',
      'Europe/Berlin',
      { from: '02:00', to: '02:30', weekdays: null },
      null,
      '2026-10-25T01:00:00Z',
    ],
    [
      'two weeks on, where the only weekday loses the hour',
      '2026-03-22T02:00:00Z',
      'Europe/Berlin',
      { from: '02:15', to: '02:45', weekdays: ['sunday'] },
      null,
      '2026-04-05T00:15:00Z',
    ],
    [
      'never, when both exclude each other',
      '2026-07-01T02:00:00Z',
      'UTC',
      { ...daytime, from: '21:30', to: '07:00' },
      night,
      null,
    ],
  ];
  it.each(cases)('is %s', (_, instant, zone, window, quiet, expected) => {
    const found = earliestAllowed(new Date(instant), zone, { window, quiet });
    const wanted = expected === 'now' ? instant : expected;
    expect(found).toEqual(wanted === null ? null : new Date(wanted));
  });

  it('is what a search by the quarter of an hour finds, in every zone, most of all where clocks change', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Casablanca']
      .concat(['America/Nuuk', 'Antarctica/Troll', 'Pacific/Apia', 'Pacific/Kiritimati', 'Asia/Tehran', 'UTC'])
      .map((zone) => ({ zone, changes: changesOfClocks(zone, 2020, 2030) }));
    // Clocks change in the small hours.
    const time = fc
      .oneof(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 0, max: 16 }))
      .map(
        (quarter) =>
          `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
      );
    const span = fc
      .tuple(time, time)
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => ({ from, to }));
    const weekdays = fc.option(fc.subarray([...WEEKDAYS], { minLength: 1 }), { nil: null });
    const window = fc.tuple(span, weekdays).map(([hours, days]) => ({ ...hours, weekdays: days }));
    const place = fc.constantFrom(...zones).chain(({ zone, changes }) => {
      const anywhen = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
      const near = fc
        .tuple(fc.constantFrom(...changes, Date.UTC(2026, 5, 1)), fc.integer({ min: -36 * 4, max: 36 * 4 }))
        .map(([change, quarters]) => change + quarters * QUARTER);
      return fc.tuple(
        fc.constant(zone),
        fc.oneof(anywhen, near, near).map((at) => Math.floor(at / QUARTER) * QUARTER),
      );
    });
    const hours = fc.record({ window: fc.option(window, { nil: null }), quiet: fc.option(span, { nil: null }) });
    const property = fc.property(place, hours, ([zone, at], { window: open, quiet }) => {
      const found = earliestAllowed(new Date(at), zone, { window: open, quiet });
      expect(found?.getTime() ?? null).toBe(searched(at, zone, open, quiet));
    });
    fc.assert(property, { numRuns: 300 });
  });
});

/** The first quarter of an hour that is allowed, by trying them in turn; independent of our own arithmetic. */
function searched(from: number, zone: string, window: SendWindow | null, quiet: DailyHours | null): number | null {
  for (let at = from; at < from + 15 * 86_400_000; at += QUARTER) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
    const inside = ({ from: start, to }: DailyHours) =>
      start < to ? start <= time && time < to : start <= time || time < to;
    if (quiet && inside(quiet)) continue;
    if (!window) return at;
    const began = time < window.from ? local.subtract({ days: 1 }) : local;
    const weekday = WEEKDAYS[began.dayOfWeek - 1] as Weekday;
    if (inside(window) && (window.weekdays?.includes(weekday) ?? true)) return at;
  }
  return null;
}

function changesOfClocks(zone: string, first: number, last: number): number[] {
  const changes: number[] = [];
  let at = Temporal.ZonedDateTime.from(`${first}-01-01T00:00[${zone}]`);
  for (let next = at.getTimeZoneTransition('next'); next && next.year < last; next = at.getTimeZoneTransition('next')) {
    changes.push(next.epochMilliseconds);
    at = next;
  }
  return changes;
}

it('hours are never open when the quiet hours cover the window, and only then', () => {
  expect(neverOpen({ window: { from: '22:00', to: '23:00', weekdays: null }, quiet: night })).toBe(true);
  expect(neverOpen({ window: { from: '22:00', to: '08:01', weekdays: ['monday'] }, quiet: night })).toBe(false);
  expect(neverOpen({ window: daytime, quiet: null })).toBe(false);
});

it('quiet hours are read for their channel', () => {
  const config = { QUIET_HOURS_SMS: '21:00-08:00' };
  expect(quietHoursOf(config, 'sms')).toEqual(night);
  expect(quietHoursOf(config, 'push')).toBeNull();
});
