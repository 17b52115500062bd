import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { WEEKDAYS, type Frequency, type Schedule } from '../../src/campaigns/domain/schedule.js';

const UNIT = { secondly: 'seconds', minutely: 'minutes', hourly: 'hours', daily: 'days' } as const;
/** What Temporal calls the step of each frequency. */
export const CALENDAR_UNIT = { ...UNIT, weekly: 'weeks', monthly: 'months', yearly: 'years' } as const;
/** Frequencies that count elapsed time and no wall clock. */
export const ELAPSED: readonly Frequency[] = ['secondly', 'minutely', 'hourly'];
/** Seconds in a step, roughly from months on. */
export const LENGTH = {
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

/** A schedule and a moment. */
export interface Case {
  schedule: Schedule;
  /** An instant to ask about, on either side of the anchor and often near a change of the clocks. */
  t: Date;
}

const timesOfDay = fc.oneof(
  fc.constantFrom('00:00:00', '00:30:00', '01:30:00', '02:00:00', '02:15:00', '02:30:00', '23:30:00'),
  fc.integer({ min: 0, max: 86_399 }).map((second) => new Date(second * 1000).toISOString().slice(11, 19)),
);

/** Schedules of these frequencies, gathered around changes of the clocks. */
export function cases(
  frequencies: readonly Frequency[],
  only: { interval?: number; maxDay?: number; zone?: string } = {},
) {
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

/** Holds a property against so many cases. */
export const check = (numRuns: number, arbitrary: fc.Arbitrary<Case>, property: (drawn: Case) => boolean | void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns });
/** A millisecond earlier. */
export const before = (at: Date) => new Date(at.getTime() - 1);

/** What a wall clock in the zone shows, to the second. */
export function localTime(at: Date, zone: string): string {
  return new Temporal.ZonedDateTime(BigInt(at.getTime()) * 1_000_000n, zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
}

/** Whether the zone's clocks change between the two. */
export function clocksChange(zone: string, from: Date, to: Date): boolean {
  const changes = zones.find((place) => place.zone === zone)!.changes;
  return changes.some((change) => change > from.getTime() && change <= to.getTime());
}
