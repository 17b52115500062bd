import type { Occurrence, Schedule, WallTime } from './schedule.js';
import { bentNote, formatTimeOfDay, readWall, toInstant, toWallTime, writeWall, zoneOffset } from './wall-time.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The clock that is ahead of every other, UTC+14; it never changes, so every wall time exists there exactly once. */
const FIRST_ZONE = 'Etc/GMT-14';

/** From the first zone, UTC+14, to the last, UTC-12: how long a wall time takes around the earth. */
export const ZONES_SPREAD_MS = 26 * HOUR;

/**
 * The same rule as the first zone's clock meets it. A run at each recipient's own wall time opens by this schedule; every
 * zone then gives the wall time an instant of its own, with its own gaps and overlaps.
 */
export function openingSchedule(schedule: Schedule): Schedule {
  const { anchorLocal, timeZone, until } = schedule;
  return {
    ...schedule,
    timeZone: FIRST_ZONE,
    anchorAt: toInstant(anchorLocal, FIRST_ZONE).at,
    until: until && toInstant(toWallTime(until, timeZone), FIRST_ZONE).at,
  };
}

/** The wall time that the first zone's clock shows when a run opens: the one at which each recipient is due. */
export function wallTimeOf(opening: Date): WallTime {
  return toWallTime(opening, FIRST_ZONE);
}

/** The occurrence that opens at `opening`, as `zone` meets it. */
export function occurrenceIn(zone: string, opening: Date): Occurrence {
  const asked = wallTimeOf(opening);
  const { at, bent } = toInstant(asked, zone);
  const local = toWallTime(at, zone);
  return { at, local, note: bentNote(bent, asked, local, zone) };
}

/** One sentence for people who read an occurrence of a campaign that follows its recipients' clocks. */
export function recipientTimeNote(opening: Date): string {
  const last = new Date(opening.getTime() + ZONES_SPREAD_MS);
  const [from, to] = [opening, last].map((at) => `${at.toISOString().slice(0, 16)}Z`);
  return `at ${formatTimeOfDay(wallTimeOf(opening))} in each contact's own time zone, from ${from} (UTC+14) to ${to} (UTC-12)`;
}

/** The first moment from `now` on at which a clock in `zone` shows that hour again, on the day of a wall time or a later one. */
export function nextAt(wall: WallTime, zone: string, now: Date): Date {
  const today = toWallTime(now, zone);
  const first = readWall(`${(wall > today ? wall : today).slice(0, 10)}${wall.slice(10)}`);
  const { at } = toInstant(writeWall(first), zone);
  return at >= now ? at : toInstant(writeWall(first + DAY), zone).at;
}

/** Whether a contact's zone can say when its wall time is; where it cannot, the campaign's zone does. */
export function isUsableZone(zone: string | null): zone is string {
  return zone !== null && Math.abs(zoneOffset(0, zone)) <= 14 * HOUR;
}
