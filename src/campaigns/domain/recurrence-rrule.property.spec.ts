import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { ELAPSED, cases, check, clocksChange, localTime } from '../../../test/support/schedules.js';
import { occurrences } from './recurrence.js';
import { FREQUENCIES, type Frequency, type Schedule } from './schedule.js';

// Hundreds of cases; a busy machine may need longer than Jest's five seconds.
jest.setTimeout(60_000);

/** Around a change of the clocks rrule-temporal 2.2.7 at times carries the offset over: hours late, or on the day before. */
const CARRIED_MS = 60 * 86_400_000;

describe('a rule, against rrule-temporal where both promise the same', () => {
  // rrule skips days without the wall time and months without the day, and counts hours on the wall clock.
  it.each(FREQUENCIES)('is due at the same instants %s', (frequency) => {
    check(200, cases([frequency], { maxDay: 28 }), ({ schedule, t }) => {
      const { anchorAt, anchorLocal, timeZone } = schedule;
      const found = occurrences(schedule, t, 5);
      fc.pre(found.length > 0 && found.every(({ note }) => note === null));
      const last = found.at(-1)!.at;
      const elapsed = ELAPSED.includes(frequency);
      fc.pre(!elapsed || !clocksChange(timeZone, anchorAt, last));
      const nearby = new Date(anchorAt.getTime() - CARRIED_MS);
      fc.pre(schedule.weekdays === null || !clocksChange(timeZone, nearby, new Date(last.getTime() + CARRIED_MS)));
      const due = oracle(schedule).between(t, new Date(last.getTime() + (elapsed ? 0 : 3 * 3_600_000)), true);
      const agreed = due.map(({ epochMilliseconds }) => epochMilliseconds);
      const time = anchorLocal.slice(11);
      fc.pre(elapsed || agreed.every((at) => localTime(new Date(at), timeZone).endsWith(time)));
      expect(found.map(({ at }) => at.getTime())).toEqual(agreed.filter((at) => at <= last.getTime()));
    });
  });
});

function oracle(schedule: Schedule) {
  const dtstart = Temporal.PlainDateTime.from(schedule.anchorLocal).toZonedDateTime(schedule.timeZone);
  return new RRuleTemporal({
    freq: schedule.frequency!.toUpperCase() as Uppercase<Frequency>,
    interval: schedule.interval,
    dtstart,
    ...(schedule.weekdays && { byDay: schedule.weekdays.map((day) => day.slice(0, 2).toUpperCase()) }),
    ...(schedule.until && { until: Temporal.Instant.from(schedule.until.toISOString()).toZonedDateTimeISO('UTC') }),
  });
}
