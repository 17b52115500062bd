import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { countOccurrences, latestOccurrence, nextOccurrence, occurrences } from './recurrence.js';
import { FREQUENCIES, WEEKDAYS, type Frequency, type Occurrence, type Schedule } from './schedule.js';

// Thousands of cases; a busy machine may need longer than Jest's five seconds.
jest.setTimeout(60_000);

// Expectations come from Temporal and rrule-temporal; of the product only the functions under test are called.

const UNIT = { secondly: 'seconds', minutely: 'minutes', hourly: 'hours', daily: 'days' } as const;
const CALENDAR_UNIT = { ...UNIT, weekly: 'weeks', monthly: 'months', yearly: 'years' } as const;
const ELAPSED: readonly Frequency[] = ['secondly', 'minutely', 'hourly'];
const LENGTH = {
  secondly: 1,
  minutely: 60,
  hourly: 3600,
  daily: 86_400,
  weekly: 604_800,
  monthly: 2.6e6,
  yearly: 3.15e7,
};
const DAY = 86_400_000;

/** Zones with their clock changes, so that cases gather where mistakes hide. Apia's skipped day and old Sao Paulo are in. */
const zones = ['UTC', 'Africa/Cairo', 'Africa/Casablanca', 'America/New_York', 'America/Nuuk', 'America/Santiago']
  .concat(['America/Sao_Paulo', 'America/St_Johns', 'Antarctica/Troll', 'Asia/Beirut', 'Asia/Kathmandu', 'Asia/Tehran'])
  .concat(['Australia/Lord_Howe', 'Europe/Berlin', 'Pacific/Apia', 'Pacific/Chatham'])
  .map((zone) => ({ zone, changes: changesOfClocks(zone) }));

function changesOfClocks(zone: string): number[] {
  const changes: number[] = [];
  let at = Temporal.ZonedDateTime.from(`2010-01-01T00:00[${zone}]`).getTimeZoneTransition('next');
  for (; at && at.year < 2040; at = at.getTimeZoneTransition('next')) changes.push(at.epochMilliseconds);
  return changes;
}

interface Case {
  schedule: Schedule;
  /** An instant to ask about, on either side of the anchor and often near a change of the clocks. */
  t: Date;
}

const timesOfDay = fc.oneof(
  fc.constantFrom('00:00:00', '00:30:00', '01:30:00', '02:00:00', '02:15:00', '02:30:00', '23:30:00'),
  fc.integer({ min: 0, max: 86_399 }).map((second) => new Date(second * 1000).toISOString().slice(11, 19)),
);

function cases(frequencies: readonly Frequency[], only: { interval?: number; maxDay?: number; zone?: string } = {}) {
  const pickedZones = zones.filter(({ zone }) => zone === (only.zone ?? zone));
  return fc
    .record({
      place: fc.constantFrom(...pickedZones),
      frequency: fc.constantFrom(...frequencies),
      interval: fc.constantFrom(...(only.interval ? [only.interval] : [1, 1, 1, 2, 3, 5, 7, 10, 15, 29, 90])),
      date: fc.record({
        year: fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: 2020, max: 2037 }) },
          fc.constantFrom(2010, 2011, 2017),
        ),
        month: fc.integer({ min: 1, max: 12 }),
        day: fc.integer({ min: 1, max: only.maxDay ?? 31 }),
      }),
      time: timesOfDay,
      weekdays: fc.option(fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 })),
      untilAfter: fc.option(fc.double({ min: 0, max: 30, noNaN: true }), { freq: 3 }),
      near: fc.double({ min: 0, max: 1, noNaN: true }),
      distance: fc.double({ min: -1, max: 1, noNaN: true }),
      steps: fc.double({ min: -2, max: 60, noNaN: true }),
    })
    .map((drawn): Case => {
      const anchor = Temporal.PlainDate.from(drawn.date).toPlainDateTime(drawn.time);
      const anchorMs = anchor.toZonedDateTime(drawn.place.zone).epochMilliseconds;
      const step = drawn.interval * LENGTH[drawn.frequency] * 1000;
      const change = drawn.place.changes[Math.floor(drawn.near * 3 * drawn.place.changes.length)];
      const t = change === undefined ? anchorMs + drawn.steps * step : change + drawn.distance ** 5 * 2 * DAY;
      const until = drawn.untilAfter === null ? null : new Date(Math.floor(anchorMs + drawn.untilAfter * step));
      const schedule: Schedule = {
        anchorAt: new Date(anchorMs),
        anchorLocal: anchor.toString({ smallestUnit: 'second' }),
        timeZone: drawn.place.zone,
        frequency: drawn.frequency,
        interval: drawn.interval,
        weekdays: drawn.frequency === 'weekly' ? drawn.weekdays : null,
        cron: null,
        until,
      };
      return { schedule, t: new Date(Math.floor(t)) };
    });
}

function check(numRuns: number, arbitrary: fc.Arbitrary<Case>, property: (drawn: Case) => boolean | void) {
  fc.assert(fc.property(arbitrary, property), { numRuns });
}
const before = (at: Date) => new Date(at.getTime() - 1);

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
});

describe('a rule, against rrule-temporal where both promise the same', () => {
  // rrule skips days without the wall time and months without the day, and counts hours on the wall clock.
  it.each(FREQUENCIES)('is due at the same instants %s', (frequency) => {
    check(200, cases([frequency], { maxDay: 28 }), ({ schedule, t }) => {
      const found = occurrences(schedule, t, 5);
      fc.pre(found.length > 0 && found.every(({ note }) => note === null));
      const elapsed = ELAPSED.includes(frequency);
      fc.pre(!elapsed || !clocksChange(schedule.timeZone, schedule.anchorAt, found.at(-1)!));
      const last = found.at(-1)!.at.getTime();
      // Around a change of the clocks rrule 2.2.7 at times carries the offset over and comes up to three hours late.
      const due = oracle(schedule).between(t, new Date(last + (elapsed ? 0 : 3 * 3_600_000)), true);
      const agreed = due.map(({ epochMilliseconds }) => epochMilliseconds);
      const time = schedule.anchorLocal.slice(11);
      fc.pre(elapsed || agreed.every((at) => localTime(new Date(at), schedule.timeZone).endsWith(time)));
      expect(found.map(({ at }) => at.getTime())).toEqual(agreed.filter((at) => at <= last));
    });
  });
});

function localTime(at: Date, zone: string): string {
  return new Temporal.ZonedDateTime(BigInt(at.getTime()) * 1_000_000n, zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
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

function clocksChange(zone: string, from: Date, to: Occurrence): boolean {
  const changes = zones.find((place) => place.zone === zone)!.changes;
  return changes.some((change) => change > from.getTime() && change <= to.at.getTime());
}

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
