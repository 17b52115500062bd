import type { Channel } from '../../audience/domain/channel.js';
import { WEEKDAYS, type Weekday } from './schedule.js';
import { readWall, toWallTime, zoneOffset } from './wall-time.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A part of the day by the wall clock, `from` included, `to` not; where `to` is not later it ends on the next day. */
export interface DailyHours {
  /** `HH:mm`. */
  from: string;
  to: string;
}

/** When a campaign may be sent. The weekdays are those on which the window begins; null means every day. */
export interface SendWindow extends DailyHours {
  weekdays: Weekday[] | null;
}

/** All that limits the hours of sending: inside the window and outside the quiet hours, where there are any. */
export interface SendHours {
  window: SendWindow | null;
  quiet: DailyHours | null;
}

/** The quiet hours that an installation keeps on a channel, written `21:00-08:00`; null for none. */
export function quietHoursOf(
  config: { [Name in `QUIET_HOURS_${Uppercase<Channel>}`]?: string },
  channel: Channel,
): DailyHours | null {
  const text = config[`QUIET_HOURS_${channel.toUpperCase() as Uppercase<Channel>}`];
  return text ? { from: text.slice(0, 5), to: text.slice(6) } : null;
}

/** How far to look for an opening: a window of one weekday may fall into the hour that the clocks leave out. */
const HORIZON_DAYS = [2, 16];

/**
 * The first moment from `instant` on at which a recipient in `zone` may be sent to: `instant` itself where it may be
 * now, null where no moment is ever allowed. What counts is what the recipient's clock shows, also on the days on which
 * it is changed.
 */
export function earliestAllowed(instant: Date, zone: string, hours: SendHours): Date | null {
  if (isOpenAt(instant.getTime(), zone, hours)) return instant;
  for (const days of HORIZON_DAYS) {
    const opening = openings(instant.getTime(), zone, hours, days)
      .filter((at) => at >= instant.getTime() && isOpenAt(at, zone, hours))
      .reduce((earliest, at) => Math.min(earliest, at), Infinity);
    if (opening < instant.getTime() + (days - 1) * DAY) return new Date(opening);
  }
  return null;
}

function isOpenAt(at: number, zone: string, { window, quiet }: SendHours): boolean {
  const wall = at + zoneOffset(at, zone);
  const minute = Math.floor((((wall % DAY) + DAY) % DAY) / MINUTE);
  if (quiet && within(quiet, minute)) return false;
  if (!window) return true;
  if (!within(window, minute)) return false;
  // After midnight the window is still that of the day before.
  const began = minute < minuteOf(window.from) ? wall - DAY : wall;
  const weekday = WEEKDAYS[(Math.floor(began / DAY) + 3) % 7]!; // 1 January 1970 was a Thursday
  return window.weekdays === null || window.weekdays.includes(weekday);
}

function within({ from, to }: DailyHours, minute: number): boolean {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/**
 * Every instant at which something may open: the wall times at which the window begins and the quiet hours end, by each
 * offset that may hold then, and the changes of the clocks, which may jump into an opening or back into one.
 */
function openings(from: number, zone: string, { window, quiet }: SendHours, days: number): number[] {
  const found = changesOfClocks(from, zone, days);
  const today = readWall(`${toWallTime(new Date(from), zone).slice(0, 10)}T00:00:00`);
  const times = [window?.from, quiet?.to].flatMap((time) => (time === undefined ? [] : [minuteOf(time) * MINUTE]));
  for (let day = -1; day <= days; day += 1)
    for (const time of times) {
      const wall = today + day * DAY + time;
      for (const near of [wall - 14 * HOUR, wall + 12 * HOUR]) found.push(wall - zoneOffset(near, zone));
    }
  return found;
}

/** The instants after `from` at which the zone's offset changes; no zone does that twice within half a day. */
function changesOfClocks(from: number, zone: string, days: number): number[] {
  const found: number[] = [];
  for (let start = from; start < from + days * DAY; start += DAY / 2) {
    let [low, high] = [start, start + DAY / 2];
    if (zoneOffset(low, zone) === zoneOffset(high, zone)) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (zoneOffset(middle, zone) === zoneOffset(low, zone)) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

/** Whether no moment of a week lies inside the window and outside the quiet hours. */
export function neverOpen(hours: SendHours): boolean {
  return earliestAllowed(new Date(0), 'UTC', hours) === null;
}
