import { TZDate, tzOffset } from '@date-fns/tz';
// The package's index loads three hundred files, two seconds of a start.
import { format } from 'date-fns/format';
import type { WallTime } from './schedule.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The supported years, 1970 to 9999, as wall-clock milliseconds (what `readWall` answers). */
export const FIRST_WALL = 0;
export const LAST_WALL = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** How a wall time was bent: `gap` when it does not exist that day, `overlap` when it happens twice. */
export type Bent = 'gap' | 'overlap' | null;

/** A wall time as the milliseconds it would be in UTC, a number that calendar arithmetic can work on; NaN for other text. */
export function readWall(local: WallTime): number {
  return Date.parse(`${local}Z`);
}

/** The wall time of such milliseconds; they must lie between FIRST_WALL and LAST_WALL. */
export function writeWall(wall: number): WallTime {
  const iso = new Date(wall).toISOString();
  return iso.slice(0, wall % 1000 === 0 ? 19 : 23);
}

/** A wall time written by a date-fns pattern, for example `EEE d MMM yyyy`. */
export function formatWall(local: WallTime, pattern: string): string {
  return format(new TZDate(readWall(local), 'UTC'), pattern);
}

/** The time of day as people write it: `10:00`, with seconds only where they are not zero. */
export function formatTimeOfDay(local: WallTime): string {
  return formatWall(local, local.slice(17, 19) === '00' ? 'HH:mm' : 'HH:mm:ss');
}

/** Milliseconds that `zone` is ahead of UTC at an instant; NaN for a zone that `isTimeZone` refuses. */
export function zoneOffset(at: number, zone: string): number {
  return tzOffset(zone, new Date(at)) * MINUTE;
}

/** The wall time that a clock in `zone` shows at an instant. */
export function toWallTime(at: Date, zone: string): WallTime {
  return writeWall(at.getTime() + zoneOffset(at.getTime(), zone));
}

/**
 * The instant of a wall time in `zone`. A time that a DST gap leaves out is read with the offset before the gap, so
 * 02:30 becomes 03:30; of a time that happens twice the first is taken (RFC 5545 §3.3.5).
 */
export function toInstant(local: WallTime, zone: string): { at: Date; bent: Bent } {
  const wall = readWall(local);
  // Offsets lie between -12:00 and +14:00, so these two instants enclose every instant the wall time can mean.
  const before = zoneOffset(wall - 14 * HOUR, zone);
  const after = zoneOffset(wall + 12 * HOUR, zone);
  if (before === after) return { at: new Date(wall - before), bent: null };
  const existsBefore = zoneOffset(wall - before, zone) === before;
  const existsAfter = zoneOffset(wall - after, zone) === after;
  if (existsBefore) return { at: new Date(wall - before), bent: existsAfter ? 'overlap' : null };
  if (existsAfter) return { at: new Date(wall - after), bent: null };
  return { at: new Date(wall - before), bent: 'gap' };
}

/** One sentence on why `asked` became `got` in `zone`; null when nothing was bent. */
export function bentNote(bent: Bent, asked: WallTime, got: WallTime, zone: string): string | null {
  const time = formatTimeOfDay(asked);
  if (bent === 'overlap') return `${time} happens twice on this day in ${zone} (clocks go back); the first is used`;
  if (bent === null) return null;
  const otherDay = asked.slice(0, 10) === got.slice(0, 10) ? '' : ` on ${formatWall(got, 'EEE d MMM yyyy')}`;
  return `${time} does not exist on this day in ${zone} (clocks go forward); moved to ${formatTimeOfDay(got)}${otherDay}`;
}

const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/;

/**
 * Reads an ISO 8601 date-time. Without an offset it is wall time in `zone`; with `Z` or `±hh:mm` it is that instant and
 * `local` follows from it. Minutes only and date only (00:00) are accepted, digits below a millisecond are cut off.
 * Null for anything else: dates the calendar does not have, hour 24, years outside 1970 to 9999.
 */
export function parseScheduleTime(text: string, zone: string): { at: Date; local: WallTime } | null {
  const [matched, date, time = '00:00', seconds = '00', fraction = '', offset] = ISO_8601.exec(text) ?? [];
  if (matched === undefined) return null;
  const iso = `${date}T${time}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const wall = readWall(iso);
  // Date.parse rolls 30 February and 24:00 over into the next day instead of refusing them.
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== `${iso}Z`) return null;
  if (offset === undefined) {
    return wall < FIRST_WALL ? null : { at: toInstant(writeWall(wall), zone).at, local: writeWall(wall) };
  }
  const at = new Date(`${iso}${offset}`);
  const local = at.getTime() + zoneOffset(at.getTime(), zone);
  return local >= FIRST_WALL && local <= LAST_WALL ? { at, local: writeWall(local) } : null;
}
