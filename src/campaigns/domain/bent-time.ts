import { nextCron, outlivesGaps } from './cron.js';
import { nextOccurrence } from './recurrence.js';
import type { Occurrence, Schedule } from './schedule.js';
import { formatTimeOfDay, toInstant, writeWall, zoneOffset } from './wall-time.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Occurrences looked at around a change, from where bent times begin: of a rule with many a day the first there is bent, or
 * none is; of one with one a day there are few.
 */
const LOOKS = 4;

/**
 * The first occurrence between two times whose time of day a DST gap or overlap bends; null when there is none. Looks
 * only around the moments at which the zone's clocks change: as long before as they go back, and as long after as forward.
 */
export function firstBent(schedule: Schedule, from: Date, to: Date): Occurrence | null {
  const { frequency, timeZone } = schedule;
  if (frequency === 'secondly' || frequency === 'minutely' || frequency === 'hourly') return null;
  for (let day = from.getTime(); day < to.getTime(); day += DAY) {
    const shift = Math.abs(zoneOffset(day + DAY, timeZone) - zoneOffset(day, timeZone));
    if (shift === 0) continue;
    const change = changeWithin(day, timeZone);
    let after = new Date(Math.max(change - shift, from.getTime()) - 1);
    for (let look = 0; look < LOOKS; look += 1) {
      const next = nextOccurrence(schedule, after);
      if (!next || next.at.getTime() >= change + shift) break;
      if (isBent(next, schedule)) return next;
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

/**
 * What a DST gap leaves out between two times of a cron expression with several times in some hours of the day; each at
 * the moment at which the clocks go forward.
 */
export function* leftOutByGaps({ cron, timeZone, anchorAt }: Schedule, from: Date, to: Date): Generator<Occurrence> {
  if (cron === null || outlivesGaps(cron)) return;
  const start = Math.max(from.getTime(), anchorAt.getTime());
  for (let day = start; day < to.getTime(); day += DAY) {
    const [before, after] = [zoneOffset(day, timeZone), zoneOffset(day + DAY, timeZone)];
    if (after <= before) continue;
    const change = changeWithin(day, timeZone);
    if (change >= to.getTime()) return;
    // The wall times that do not exist, read as if they were UTC, where every one does.
    let wall = nextCron(cron, 'UTC', new Date(change + before - 1), new Date(0))?.at;
    for (; wall && wall.getTime() < change + after; wall = nextCron(cron, 'UTC', wall, new Date(0))?.at) {
      const local = writeWall(wall.getTime());
      const time = formatTimeOfDay(local);
      const note = `${time} does not exist on this day in ${timeZone} (clocks go forward); left out`;
      yield { at: new Date(change), local, note };
    }
  }
}

/** The instant within a day at which the zone's offset changes. */
function changeWithin(day: number, zone: string): number {
  let [low, high] = [day, day + DAY];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffset(middle, zone) === zoneOffset(day, zone)) low = middle;
    else high = middle;
  }
  return high;
}
