import { countCron, latestCron, nextCron } from './cron.js';
import { WEEKDAYS, type Occurrence, type Schedule } from './schedule.js';
import {
  bentNote,
  formatWall,
  LAST_WALL,
  readWall,
  toInstant,
  toWallTime,
  writeWall,
  zoneOffset,
} from './wall-time.js';

const DAY = 86_400_000;
/** A day early, so that no zone's clock has reached the year 10000. */
const LAST_INSTANT = LAST_WALL - DAY;

const ELAPSED_STEP = { secondly: 1000, minutely: 60_000, hourly: 3_600_000 } as const;

/** A schedule as numbered occurrences, each computed from the anchor alone; instants never decrease with the number. */
interface Series {
  first: number;
  /** Null beyond the year 9999 and, for a single occurrence, beyond the first. */
  at(index: number): Occurrence | null;
  /** The largest number whose occurrence is at or before the instant; less than `first` when there is none. */
  indexAt(instant: number): number;
  /** How many of the numbers from `low` to `high` share their instant with the one after. */
  shared(low: number, high: number): number;
}

/** The first occurrence later than `after` and not before the anchor; null when `until` or the year 9999 comes first. */
export function nextOccurrence(schedule: Schedule, after: Date): Occurrence | null {
  const { cron, timeZone, anchorAt } = schedule;
  let next: Occurrence | null;
  if (cron !== null) {
    next = nextCron(cron, timeZone, after, anchorAt);
  } else {
    const series = seriesOf(schedule);
    next = series.at(Math.max(series.indexAt(Math.min(after.getTime(), LAST_INSTANT)) + 1, series.first));
  }
  return next && next.at.getTime() <= endOf(schedule) ? next : null;
}

/** The last occurrence at or before `atOrBefore` (and `until`); null before the first. */
export function latestOccurrence(schedule: Schedule, atOrBefore: Date): Occurrence | null {
  const limit = Math.min(atOrBefore.getTime(), endOf(schedule));
  if (schedule.cron !== null) return latestCron(schedule.cron, schedule.timeZone, new Date(limit), schedule.anchorAt);
  const series = seriesOf(schedule);
  const index = series.indexAt(limit);
  return index < series.first ? null : series.at(index);
}

/** The first `count` occurrences at or after `from`, fewer when the schedule ends. */
export function occurrences(schedule: Schedule, from: Date, count: number): Occurrence[] {
  const found: Occurrence[] = [];
  let next = count > 0 ? nextOccurrence(schedule, new Date(from.getTime() - 1)) : null;
  while (next) {
    found.push(next);
    next = found.length < count ? nextOccurrence(schedule, next.at) : null;
  }
  return found;
}

/** How many occurrences lie between `from` and `to`, both included. Arithmetic, not enumeration, however long the range. */
export function countOccurrences(schedule: Schedule, from: Date, to: Date): number {
  const limit = Math.min(to.getTime(), endOf(schedule));
  if (schedule.cron !== null) {
    const start = Math.max(from.getTime(), schedule.anchorAt.getTime());
    return countCron(schedule.cron, schedule.timeZone, new Date(start), new Date(limit));
  }
  const series = seriesOf(schedule);
  const low = Math.max(series.indexAt(Math.min(from.getTime() - 1, LAST_INSTANT)) + 1, series.first);
  const high = series.indexAt(limit);
  return high < low ? 0 : high - low + 1 - series.shared(low, high);
}

/** What is due once, at `at`; its note says where the clocks bent the wall time it was scheduled for. */
export function onceAt(at: Date, { anchorLocal, timeZone }: Schedule): Occurrence {
  const local = toWallTime(at, timeZone);
  const asked = toInstant(anchorLocal, timeZone);
  const asPlanned = asked.at.getTime() === at.getTime();
  return { at, local, note: asPlanned ? bentNote(asked.bent, anchorLocal, local, timeZone) : null };
}

function endOf(schedule: Schedule): number {
  return Math.min(schedule.until?.getTime() ?? LAST_INSTANT, LAST_INSTANT);
}

function seriesOf(schedule: Schedule): Series {
  switch (schedule.frequency) {
    case 'secondly':
    case 'minutely':
    case 'hourly':
      return elapsedSeries(schedule, schedule.interval * ELAPSED_STEP[schedule.frequency]);
    case 'daily':
    case 'weekly':
      return calendarSeries(schedule, everyNthDay(schedule));
    case 'monthly':
      return calendarSeries(schedule, everyNthMonth(schedule, schedule.interval));
    case 'yearly':
      return calendarSeries(schedule, everyNthMonth(schedule, schedule.interval * 12));
    case null:
      return singleSeries(schedule);
  }
}

function singleSeries(schedule: Schedule): Series {
  return {
    first: 0,
    at: (index) => (index === 0 ? onceAt(schedule.anchorAt, schedule) : null),
    indexAt: (instant) => (instant < schedule.anchorAt.getTime() ? -1 : 0),
    shared: () => 0,
  };
}

/** Hourly and shorter: instants one step apart, whatever the clocks do meanwhile. */
function elapsedSeries({ anchorAt, timeZone }: Schedule, step: number): Series {
  return {
    first: 0,
    at(index) {
      const at = anchorAt.getTime() + index * step;
      return at > LAST_INSTANT ? null : { at: new Date(at), local: toWallTime(new Date(at), timeZone), note: null };
    },
    indexAt: (instant) => Math.floor((instant - anchorAt.getTime()) / step),
    shared: () => 0,
  };
}

/** The plain rule on the wall clock, before any zone bends it; wall times as `readWall` milliseconds. */
interface CalendarRule {
  first: number;
  wall(index: number): number;
  /** The largest number whose wall time is at or before `wall`. */
  indexAt(wall: number): number;
  /** Why the rule itself moved this one; null when it did not. */
  note(index: number): string | null;
}

/** Daily and weekly: groups of days, one group every step; a weekly group is a week from Monday on. */
function everyNthDay({ anchorLocal, frequency, interval, weekdays }: Schedule): CalendarRule {
  const anchor = readWall(anchorLocal);
  const weekday = (Math.floor(anchor / DAY) + 3) % 7; // 1 January 1970 was a Thursday
  const weekly = frequency === 'weekly';
  const base = weekly ? anchor - weekday * DAY : anchor;
  const step = interval * (weekly ? 7 : 1) * DAY;
  const listed = WEEKDAYS.flatMap((name, day) => (weekdays?.includes(name) ? [day * DAY] : []));
  const days = !weekly ? [0] : listed.length > 0 ? listed : [weekday * DAY];
  const passed = (sinceBase: number) => days.filter((day) => day <= sinceBase).length;
  return {
    first: passed(anchor - base - 1),
    wall: (index) => base + Math.floor(index / days.length) * step + days[index % days.length]!,
    indexAt(wall) {
      const group = Math.floor((wall - base) / step);
      return group * days.length + passed(wall - base - group * step) - 1;
    },
    note: () => null,
  };
}

/** Monthly and yearly: the anchor's day, or the month's last where the month is shorter (RFC 7529 SKIP=BACKWARD). */
function everyNthMonth({ anchorLocal }: Schedule, months: number): CalendarRule {
  const [year, month, day] = anchorLocal.slice(0, 10).split('-').map(Number) as [number, number, number];
  const timeOfDay = readWall(anchorLocal) - Date.UTC(year, month - 1, day);
  const monthEnd = (index: number) => Date.UTC(year, month + index * months, 0);
  const wall = (index: number) =>
    Math.min(monthEnd(index), Date.UTC(year, month - 1 + index * months, day)) + timeOfDay;
  return {
    first: 0,
    wall,
    indexAt(at) {
      const date = new Date(at);
      const index = Math.floor(((date.getUTCFullYear() - year) * 12 + date.getUTCMonth() + 1 - month) / months);
      return wall(index) <= at ? index : index - 1;
    },
    note(index) {
      const local = writeWall(wall(index));
      if (local.slice(8, 10) === anchorLocal.slice(8, 10)) return null;
      return `${formatWall(local, 'MMMM yyyy')} has no ${formatWall(anchorLocal, 'do')}; moved to the ${formatWall(local, 'do')}`;
    },
  };
}

/** The instant of a numbered wall time; Infinity beyond the year 9999. */
function instantOf(index: number, rule: CalendarRule, { anchorAt, anchorLocal, timeZone }: Schedule): number {
  const wall = rule.wall(index);
  // The anchor is itself even where its wall time happens twice and the second was meant.
  if (wall === readWall(anchorLocal)) return anchorAt.getTime();
  return wall <= LAST_INSTANT ? toInstant(writeWall(wall), timeZone).at.getTime() : Infinity;
}

/** Daily and longer: the rule's wall times, each made an instant in the schedule's zone. */
function calendarSeries(schedule: Schedule, rule: CalendarRule): Series {
  const { anchorAt, anchorLocal, timeZone } = schedule;
  const instant = (index: number) => instantOf(index, rule, schedule);

  function at(index: number): Occurrence | null {
    const wall = rule.wall(index);
    if (!(wall <= LAST_INSTANT)) return null;
    const asked = writeWall(wall);
    const resolved = toInstant(asked, timeZone);
    if (wall === readWall(anchorLocal) && resolved.at.getTime() !== anchorAt.getTime())
      return { at: anchorAt, local: toWallTime(anchorAt, timeZone), note: null };
    // Where a zone leaves out a whole date, that date falls on the next one, which counts as itself.
    if (resolved.bent === 'gap' && instant(index + 1) === resolved.at.getTime()) return at(index + 1);
    const local = resolved.bent === 'gap' ? toWallTime(resolved.at, timeZone) : asked;
    const notes = [rule.note(index), bentNote(resolved.bent, asked, local, timeZone)].filter((note) => note !== null);
    return { at: resolved.at, local, note: notes.join('; ') || null };
  }

  function indexAt(when: number): number {
    // A wall time a little ahead of the clock may have passed already (the first of two), never one a day ahead.
    let index = rule.indexAt(when + zoneOffset(when, timeZone) + DAY);
    while (index >= rule.first && instant(index) > when) index -= 1;
    return index;
  }

  function shared(low: number, high: number): number {
    // Only the jump over the date line leaves out a date, and it changes the offset by about a day.
    const jumped = Math.abs(zoneOffset(instant(high), timeZone) - zoneOffset(instant(low) - DAY, timeZone)) > DAY / 2;
    let count = 0;
    for (let index = low; jumped && index < high; index += 1) if (instant(index) === instant(index + 1)) count += 1;
    return count;
  }

  return { first: rule.first, at, indexAt, shared };
}
