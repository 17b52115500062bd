import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isUsableZone,
  nextAt,
  occurrenceIn,
  openingSchedule,
  recipientTimeNote,
  wallTimeOf,
  ZONES_SPREAD_MS,
} from './recipient-time.js';
import { occurrences } from './recurrence.js';
import type { Schedule } from './schedule.js';
import { toInstant } from './wall-time.js';

const HOUR = 3_600_000;

/** A rule at half past two in Berlin, where that time is left out once a year. */
function rule(changes: Partial<Schedule> = {}): Schedule {
  const anchorLocal = changes.anchorLocal ?? '2027-03-27T02:30:00';
  const plain = { frequency: 'daily' as const, interval: 1, weekdays: null, cron: null, until: null };
  return {
    ...plain,
    timeZone: 'Europe/Berlin',
    anchorLocal,
    anchorAt: toInstant(anchorLocal, 'Europe/Berlin').at,
    ...changes,
  };
}
const openings = (schedule: Schedule, count: number) =>
  occurrences(openingSchedule(schedule), new Date('2027-01-01T00:00:00Z'), count).map(({ at }) => at);

describe('a run at each recipient’s own wall time', () => {
  it('opens when the first zone on earth gets there, by the same rule', () => {
    expect(openings(rule(), 3)).toEqual(
      ['2027-03-26T12:30:00Z', '2027-03-27T12:30:00Z', '2027-03-28T12:30:00Z'].map((at) => new Date(at)),
    );
    const monthly = rule({ frequency: 'monthly', anchorLocal: '2027-01-31T10:00:00' });
    expect(openings(monthly, 3).map(wallTimeOf)).toEqual(
      ['2027-01-31', '2027-02-28', '2027-03-31'].map((day) => `${day}T10:00:00`),
    );
  });

  it('ends with its until in the wall time of the campaign’s zone', () => {
    const until = (wall: string) => ({ until: toInstant(wall, 'Europe/Berlin').at });
    const walls = (wall: string) => openings(rule(until(wall)), 9).map(wallTimeOf);
    expect(walls('2027-03-29T02:29:59')).toEqual(['2027-03-27T02:30:00', '2027-03-28T02:30:00']);
    expect(walls('2027-03-29T02:30:00')).toHaveLength(3);
  });

  it('is bent only where the clocks bend it', () => {
    const [, opening] = openings(rule(), 2);
    expect(occurrenceIn('Europe/Berlin', opening!)).toEqual({
      at: new Date('2027-03-28T01:30:00Z'),
      local: '2027-03-28T03:30:00',
      note: '02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30',
    });
    expect(occurrenceIn('America/Lima', opening!)).toEqual({
      at: new Date('2027-03-28T07:30:00Z'),
      local: '2027-03-28T02:30:00',
      note: null,
    });
  });

  it('goes around the earth within its spread, in every zone there is', () => {
    const zones = [...Intl.supportedValuesOf('timeZone'), 'Etc/GMT-14', 'Etc/GMT+12', 'Pacific/Niue'];
    const when = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) }).map((at) => new Date(at));
    const property = fc.property(fc.constantFrom(...zones), when, (zone, opening) => {
      const after = occurrenceIn(zone, opening).at.getTime() - opening.getTime();
      expect(after).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThanOrEqual(ZONES_SPREAD_MS);
    });
    fc.assert(property, { numRuns: 2000 });
    expect(ZONES_SPREAD_MS).toBe(26 * HOUR);
  });

  it('says so to people', () => {
    expect(recipientTimeNote(new Date('2026-11-30T20:00:00Z'))).toBe(
      "at 10:00 in each contact's own time zone, from 2026-11-30T20:00Z (UTC+14) to 2026-12-01T22:00Z (UTC-12)",
    );
  });
});

it.each([
  ['later that day', '2027-01-08T03:00:00Z', 'Europe/Berlin', '2027-01-08T09:00:00Z'],
  ['at that very moment', '2027-01-08T09:00:00Z', 'Europe/Berlin', '2027-01-08T09:00:00Z'],
  ['the day after', '2027-01-08T09:00:00.001Z', 'Europe/Berlin', '2027-01-09T09:00:00Z'],
  ['not before the day itself', '2027-01-06T00:00:00Z', 'America/Lima', '2027-01-08T15:00:00Z'],
  ['on the date that the zone has', '2027-01-09T20:30:00Z', 'Pacific/Kiritimati', '2027-01-10T20:00:00Z'],
  ['across a change of clocks', '2027-03-27T10:00:00Z', 'Europe/Berlin', '2027-03-28T08:00:00Z'],
])('an hour is met again %s', (_, now, zone, at) => {
  expect(nextAt('2027-01-08T10:00:00', zone, new Date(now))).toEqual(new Date(at));
});

it.each<[string | null, boolean]>([
  ['Europe/Berlin', true],
  ['EST', true],
  ['+05:30', true],
  [null, false],
  ['', false],
  ['Mars/Olympus', false],
  ['constructor', false],
  ['+99:99', false],
])('the zone %j of a contact is usable: %s', (zone, usable) => {
  expect(isUsableZone(zone)).toBe(usable);
});
