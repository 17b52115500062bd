import { nextOccurrence } from './recurrence.js';
import type { Occurrence, Schedule } from './schedule.js';
import { toInstant, zoneOffset } from './wall-time.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Occurrences looked at around a change: a rule that bends has one a day, and one with many a day is not bent. */
const LOOKS = 4;

/**
 * The first occurrence between two times whose time of day a DST gap or overlap bends; null when there is none. Looks
 * only around the moments at which the zone's clocks change.
 */
export function firstBent(schedule: Schedule, from: Date, to: Date): Occurrence | null {
  const { frequency, timeZone } = schedule;
  if (frequency === 'secondly' || frequency === 'minutely' || frequency === 'hourly') return null;
  for (let day = from.getTime(); day < to.getTime(); day += DAY) {
    if (zoneOffset(day, timeZone) === zoneOffset(day + DAY, timeZone)) continue;
    let after = new Date(day - 3 * HOUR);
    for (let look = 0; look < LOOKS; look += 1) {
      const next = nextOccurrence(schedule, after);
      if (!next || next.at.getTime() > day + DAY + 3 * HOUR) break;
      if (next.at >= from && isBent(next, schedule)) return next;
      after = next.at;
    }
  }
  return null;
}

/** The note of an occurrence may be about a month end; what DST did shows in the time of day. */
function isBent({ local, note }: Occurrence, { cron, anchorLocal, timeZone }: Schedule): boolean {
  if (note === null || cron !== null) return note !== null;
  return local.slice(11) !== anchorLocal.slice(11) || toInstant(local, timeZone).bent === 'overlap';
}
