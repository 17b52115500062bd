import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { CALENDAR_UNIT, ELAPSED, LENGTH, before, cases, check, localTime } from '../../../test/support/schedules.js';
import { countOccurrences, latestOccurrence, nextOccurrence, occurrences } from './recurrence.js';
import { FREQUENCIES, WEEKDAYS, type Schedule } from './schedule.js';

// Thousands of cases; a busy machine may need longer than Jest's five seconds.
jest.setTimeout(60_000);

// Expectations come from Temporal; of the product only the functions under test are called.

describe('every recurring schedule, in any zone, around any change of the clocks', () => {
  const anything = cases(FREQUENCIES);

  it('is next due strictly later, not before the anchor, not after until, in its zone', () => {
    check(2000, anything, ({ schedule, t }) => {
      const next = nextOccurrence(schedule, t);
      if (!next) return expect(schedule.until).not.toBeNull();
      const following = nextOccurrence(schedule, next.at);
      expect(next.at > t && next.at >= schedule.anchorAt).toBe(true);
      expect(following === null || following.at > next.at).toBe(true);
      expect(schedule.until === null || next.at <= schedule.until).toBe(true);
      expect(next.local).toBe(localTime(next.at, schedule.timeZone));
    });
  });

  it('gives the same answer from any moment between two occurrences, as after a restart', () => {
    const moment = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(anything, moment, ({ schedule, t }, fraction) => {
        const next = nextOccurrence(schedule, t);
        fc.pre(next !== null);
        const between = new Date(t.getTime() + Math.floor(fraction * (next.at.getTime() - t.getTime())));
        expect(nextOccurrence(schedule, between)).toEqual(next);
      }),
      { numRuns: 1500 },
    );
  });

  it('has the latest occurrence as the inverse of the next', () => {
    check(1200, anything, ({ schedule, t }) => {
      const [next, latest] = [nextOccurrence(schedule, t), latestOccurrence(schedule, t)];
      if (latest) expect(nextOccurrence(schedule, before(latest.at))).toEqual(latest);
      if (latest) expect(nextOccurrence(schedule, latest.at)).toEqual(next);
      if (!next) return;
      expect(latestOccurrence(schedule, next.at)).toEqual(next);
      expect(latestOccurrence(schedule, before(next.at))).toEqual(latest);
    });
  });

  it('is counted as often as it is enumerated', () => {
    check(1000, anything, ({ schedule, t }) => {
      const found = occurrences(schedule, t, 25);
      const last = found.at(-1);
      expect(countOccurrences(schedule, t, last?.at ?? t)).toBe(found.length);
      if (last) expect(countOccurrences(schedule, t, before(last.at))).toBe(found.length - 1);
    });
  });
});

describe('a rule, against arithmetic by Temporal from the anchor', () => {
  it('of elapsed time is due exactly every interval', () => {
    check(1000, cases(ELAPSED), ({ schedule, t }) => {
      const step = schedule.interval * LENGTH[schedule.frequency!] * 1000;
      const found = occurrences({ ...schedule, until: null }, t, 6).map(({ at }) => at.getTime());
      for (const at of found) expect((at - schedule.anchorAt.getTime()) % step).toBe(0);
      expect(found.slice(1).every((at, n) => at - found[n]! === step)).toBe(true);
    });
  });

  it('of the calendar keeps its wall time and its day, or says why not', () => {
    const plain = cases(['daily', 'weekly', 'monthly', 'yearly']).filter(({ schedule }) => schedule.weekdays === null);
    check(1200, plain, ({ schedule }) => {
      const expected = [0, 1, 2, 3, 4, 5, 6].map((n) => expectedOccurrence(schedule, n));
      // A date that the zone leaves out falls on the next one, which is then the only one of the two.
      const wanted = expected.slice(0, 6).filter(({ at }, n) => at !== expected[n + 1]!.at);
      const found = occurrences({ ...schedule, until: null }, schedule.anchorAt, wanted.length);
      expect(found.map(({ at }) => at.getTime())).toEqual(wanted.map(({ at }) => at));
      expect(found.map(({ note }) => note !== null)).toEqual(wanted.map(({ bent }) => bent));
    });
  });

  it('of months on day d is due on day d, or on the last of a shorter month', () => {
    check(800, cases(['monthly', 'yearly']), ({ schedule, t }) => {
      for (const { local, note } of occurrences(schedule, t, 4)) {
        const date = Temporal.PlainDate.from(dayAsked(local, note));
        const anchorDay = Temporal.PlainDate.from(schedule.anchorLocal.slice(0, 10)).day;
        expect(date.day).toBe(Math.min(anchorDay, date.daysInMonth));
      }
    });
  });

  it('of every day is due once on each local day', () => {
    check(400, cases(['daily'], { interval: 1 }), ({ schedule, t }) => {
      // A time moved past midnight (Nuuk) still belongs to the day it was asked for.
      const days = occurrences(schedule, t, 30).map(({ local, note }) => dayAsked(local, note));
      const skipped = schedule.timeZone === 'Pacific/Apia' ? ['2011-12-30'] : [];
      const [first, last] = [days[0], days.at(-1)];
      fc.pre(first !== undefined && last !== undefined);
      const length = Temporal.PlainDate.from(first).until(last).days + 1;
      const all = Array.from({ length }, (_, n) => Temporal.PlainDate.from(first).add({ days: n }).toString());
      expect(days).toEqual(all.filter((day) => !skipped.includes(day)));
    });
  });

  it('of weekdays is due on each of them in every week that counts', () => {
    check(800, cases(['weekly']), ({ schedule, t }) => {
      fc.pre(schedule.weekdays !== null);
      const days = weekdaysFrom(schedule, t, 5);
      const found = occurrences({ ...schedule, until: null }, t, days.length);
      // A day that the zone leaves out falls on the next, and a time that it leaves out later on the same.
      fc.pre(found.every(({ note }) => note === null));
      expect(found.map(({ local }) => local.slice(0, 10))).toEqual(days);
    });
  });
});

/** The next local days of a schedule by weekdays, day by day from Monday of the anchor's week. */
function weekdaysFrom({ anchorAt, anchorLocal, timeZone, interval, weekdays }: Schedule, t: Date, count: number) {
  const anchor = Temporal.PlainDateTime.from(anchorLocal);
  const monday = anchor.toPlainDate().subtract({ days: anchor.dayOfWeek - 1 });
  const days: string[] = [];
  const from = Math.max(t.getTime(), anchorAt.getTime());
  // Weeks that end before are leapt over.
  const leap = Math.max(0, Math.floor((from - anchorAt.getTime()) / (7 * 86_400_000 * interval)) - 1);
  for (let week = leap * interval; days.length < count; week += interval)
    for (let day = 0; day < 7 && days.length < count; day += 1) {
      const date = monday.add({ days: week * 7 + day });
      const at = date.toPlainDateTime(anchor.toPlainTime()).toZonedDateTime(timeZone).epochMilliseconds;
      if (weekdays!.includes(WEEKDAYS[day]!) && at >= from) days.push(date.toString());
    }
  return days;
}

function expectedOccurrence(schedule: Schedule, n: number) {
  const anchor = Temporal.PlainDateTime.from(schedule.anchorLocal);
  const asked = anchor.add({ [CALENDAR_UNIT[schedule.frequency!]]: n * schedule.interval });
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    asked.toZonedDateTime(schedule.timeZone, { disambiguation }),
  );
  const clamped = schedule.frequency !== 'daily' && schedule.frequency !== 'weekly' && asked.day !== anchor.day;
  const at = asked.toZonedDateTime(schedule.timeZone).epochMilliseconds;
  return { at, bent: clamped || !first!.equals(second!) };
}

function dayAsked(local: string, note: string | null): string {
  const day = Temporal.PlainDate.from(local.slice(0, 10));
  return (/ on \w{3} \d/.test(note ?? '') ? day.subtract({ days: 1 }) : day).toString();
}
