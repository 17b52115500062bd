import { Cron, CronPattern } from 'croner';
import type { Occurrence } from './schedule.js';
import { bentNote, readWall, toInstant, toWallTime, zoneOffset } from './wall-time.js';

// DST is croner's, which is Vixie cron's, for people who write cron expect it, but that nobody gets a message twice:
// - A single time of day (`30 2 * * *`) that a gap leaves out runs at the first moment after the gap (03:00, where our
//   own frequencies shift to 03:30), and not at all when the whole date is left out; one that happens twice runs once,
//   the first time.
// - Several times in some hours of the day (`0 2,14 * * *`, `*/15 1-4 * * *`): those in a gap are skipped, those that
//   happen twice run once, the first time.
// - Every hour (`*/15 * * * *`) means a rhythm, and runs on real time through both.
// Day-of-month and day-of-week, both given, mean either (POSIX); `+MON` means both.

interface Parsed {
  cron: Cron;
  pattern: CronPattern;
}

/** Parsing costs as much as a search, so parsed expressions are kept; parsing the same text again gives the same. */
const parsed = new Map<string, Parsed>();
const PARSED_LIMIT = 1000;

const MINUTE = 60_000;

const FIELDS = { mode: '5-or-6-parts' } as const;

function parse(expr: string, zone: string): Parsed {
  const key = `${zone} ${expr}`;
  const known = parsed.get(key);
  if (known) return known;
  const fresh = {
    // First, because it refuses the date-times that Cron would take for a single run.
    pattern: new CronPattern(expr, zone, FIELDS),
    cron: new Cron(expr, { ...FIELDS, timezone: zone, paused: true }),
  };
  if (parsed.size >= PARSED_LIMIT) parsed.clear();
  parsed.set(key, fresh);
  return fresh;
}

/** Why `expr` cannot be used as a cron expression, as a sentence; null when it can. */
export function validateCron(expr: string): string | null {
  if (expr.includes('@')) return 'Nicknames such as @daily or @reboot are not supported: write five or six fields.';
  const fields = expr.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) return `A cron expression has five or six fields, this has ${fields}.`;
  try {
    const everyYear = parse(expr, 'UTC').cron.nextRun(new Date(0));
    return everyYear ? null : 'This cron expression never fires: no such date exists.';
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}

/** Whether `expr` names one time of day, on whichever days. */
export function firesAtOneTime(expr: string): boolean {
  const { second, minute, hour } = parse(expr, 'UTC').pattern;
  return [second, minute, hour].every((marks) => sum(marks) === 1);
}

/** Whether `expr` fires in every hour of its days, or in one time of day, so that a gap of the clocks costs it nothing. */
export function outlivesGaps(expr: string): boolean {
  return firesAtOneTime(expr) || sum(parse(expr, 'UTC').pattern.hour) === 24;
}

/** Whether `expr` names that month, counted from 1, and no other. */
export function onlyInMonth(expr: string, month: number): boolean {
  const { month: months } = parse(expr, 'UTC').pattern;
  return sum(months) === 1 && months[month - 1] === 1;
}

/** More days than these are a rhythm, like every second day, in which nobody counts on the last ones. */
const FEW_DAYS = 5;

/** The dates beyond the 28th which `expr` names and which not every year has; months from 1. */
export function datesNotInEveryYear(expr: string): { month: number; day: number }[] {
  const { day: days, month: months } = parse(expr, 'UTC').pattern;
  if (sum(days) > FEW_DAYS) return [];
  return months.flatMap((named, month) =>
    days.flatMap((marked, index) => {
      const exists = new Date(Date.UTC(2027, month, index + 1)).getUTCMonth() === month;
      return named && marked && !exists ? [{ month: month + 1, day: index + 1 }] : [];
    }),
  );
}

/**
 * The first time `expr` fires in `zone` later than `after` and not before `anchor`; null when there is none before the
 * year 3000. Throws for an expression that `validateCron` refuses.
 */
export function nextCron(expr: string, zone: string, after: Date, anchor: Date): Occurrence | null {
  const rule = parse(expr, zone);
  const at = nextFire(rule, zone, new Date(Math.max(after.getTime(), anchor.getTime() - 1)));
  return at && cronOccurrence(at, zone, rule);
}

/** The last time `expr` fired in `zone` at or before `atOrBefore` and not before `anchor`. Throws as `nextCron` does. */
export function latestCron(expr: string, zone: string, atOrBefore: Date, anchor: Date): Occurrence | null {
  const rule = parse(expr, zone);
  const before = (time: Date): Date | undefined => rule.cron.previousRuns(1, time)[0];
  let at = before(new Date(atOrBefore.getTime() + 1));
  while (at && isSecondPass(at, zone, rule)) at = before(new Date(minuteOf(at)));
  return at && at >= anchor ? cronOccurrence(at, zone, rule) : null;
}

/** Strictly later than `after`. */
function nextFire(rule: Parsed, zone: string, after: Date): Date | null {
  let at = rule.cron.nextRun(after);
  while (at && isSecondPass(at, zone, rule)) at = rule.cron.nextRun(new Date(minuteOf(at) + MINUTE - 1));
  return at;
}

/** When the minute of an instant began, in milliseconds: clocks change between minutes, so all of one is a second pass. */
const minuteOf = (at: Date): number => Math.floor(at.getTime() / MINUTE) * MINUTE;

/** Whether its time of day was there an hour ago already, and the rule is no rhythm through the day. */
function isSecondPass(at: Date, zone: string, { pattern }: Parsed): boolean {
  if (pattern.isFixedTime || sum(pattern.hour) === 24) return false;
  return toInstant(toWallTime(at, zone), zone).at.getTime() < at.getTime();
}

function cronOccurrence(at: Date, zone: string, { cron, pattern }: Parsed): Occurrence {
  const local = toWallTime(at, zone);
  if (!pattern.isFixedTime) {
    const { bent } = sum(pattern.hour) === 24 ? { bent: null } : toInstant(local, zone);
    return { at, local, note: bentNote(bent, local, local, zone) };
  }
  const two = (ofDay: number[]) => String(ofDay.indexOf(1)).padStart(2, '0');
  const asked = `${local.slice(0, 10)}T${two(pattern.hour)}:${two(pattern.minute)}:${two(pattern.second)}`;
  const bent = cron.match(at) ? toInstant(local, zone).bent : 'gap';
  return { at, local, note: bentNote(bent, asked, local, zone) };
}

/**
 * How often `expr` fires in `zone` from `from` to `to`, both included. Whole days, hours and minutes in which the clocks
 * do not change are counted by multiplication, so a year of an every-second expression takes milliseconds.
 */
export function countCron(expr: string, zone: string, from: Date, to: Date): number {
  const rule = parse(expr, zone);
  const { pattern } = rule;
  const [seconds, minutes, hours] = [pattern.second, pattern.minute, pattern.hour].map(sum) as [number, number, number];
  const spans = [
    { length: 86_400_000, fires: seconds * minutes * hours },
    { length: 3_600_000, fires: seconds * minutes },
    { length: 60_000, fires: seconds },
  ];
  let count = 0;
  let at = nextFire(rule, zone, new Date(from.getTime() - 1));
  while (at && at <= to) {
    const fire = at;
    const span = spans.find(({ length }) => plainSpan(fire, zone, length, from, to));
    count += span ? span.fires : 1;
    at = nextFire(rule, zone, span ? new Date(spanStart(fire, zone, span.length) + span.length - 1) : fire);
  }
  return count;
}

/** When the day, hour or minute of the local clock that contains `at` began, if the clocks did not change since. */
function spanStart(at: Date, zone: string, length: number): number {
  return at.getTime() - (readWall(toWallTime(at, zone)) % length);
}

/** Whether that span lies between `from` and `to` and keeps one offset throughout. */
function plainSpan(at: Date, zone: string, length: number, from: Date, to: Date): boolean {
  const start = spanStart(at, zone, length);
  const end = start + length - 1;
  if (start < from.getTime() || end > to.getTime()) return false;
  const offset = zoneOffset(at.getTime(), zone);
  return zoneOffset(start, zone) === offset && zoneOffset(end, zone) === offset;
}

function sum(marks: number[]): number {
  return marks.reduce((total, mark) => total + mark, 0);
}
