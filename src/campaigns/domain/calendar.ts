import { countOccurrences, nextOccurrence } from './recurrence.js';
import type { Schedule } from './schedule.js';
import { readWall, toInstant, writeWall } from './wall-time.js';

const DAY = 86_400_000;

/** A day of a zone's calendar; `end` belongs to the next. */
export interface Day {
  /** `2026-11-28` */
  date: string;
  start: Date;
  end: Date;
}

/** The occurrences of one day: how many, and the first of them. */
export interface DayCount {
  day: Day;
  first: Date;
  count: number;
}

/** How many days `from` and `to`, such as `2026-11-28`, are with all between them; less than 1 where `to` comes first. */
export const daysBetween = (from: string, to: string): number => (midnight(to) - midnight(from)) / DAY + 1;

/** The days from one to the other, both included, as a zone's clock has them. */
export function daysOf(from: string, to: string, zone: string): Day[] {
  const starts = Array.from({ length: daysBetween(from, to) + 1 }, (_, index) =>
    writeWall(midnight(from) + index * DAY),
  );
  const instant = (wall: string) => toInstant(wall, zone).at;
  return starts
    .slice(0, -1)
    .map((wall, index) => ({ date: wall.slice(0, 10), start: instant(wall), end: instant(starts[index + 1]!) }));
}

const midnight = (date: string): number => readWall(`${date}T00:00:00`);

/** From when on occurrences are planned, and how many there may be. */
export interface Plan {
  due: Date;
  left: number;
  now: Date;
}

/**
 * What a schedule has on each of these days, days without any left out. Of occurrences that are overdue only the one that is
 * due counts, on its day: it is the one still to come. However often a day has one, it costs a few steps of the schedule.
 */
export function plannedByDay(schedule: Schedule, { due, left, now }: Plan, days: Day[]): DayCount[] {
  if (due > now) return comingByDay(schedule, due, left, days);
  const day = left > 0 ? days.find(({ start, end }) => due >= start && due < end) : undefined;
  const coming = comingByDay(schedule, nextOccurrence(schedule, now)?.at ?? null, left - 1, days);
  if (!day) return coming;
  const [next, ...others] = coming;
  if (next?.day !== day) return [{ day, first: due, count: 1 }, ...coming];
  return [{ day, first: due, count: next.count + 1 }, ...others];
}

function comingByDay(schedule: Schedule, next: Date | null, most: number, days: Day[]): DayCount[] {
  const counts: DayCount[] = [];
  let [at, left] = [next, most];
  const start = days[0]!.start;
  if (at && at < start) {
    left -= countOccurrences(schedule, at, justBefore(start));
    at = nextOccurrence(schedule, justBefore(start))?.at ?? null;
  }
  for (const day of days) {
    if (!at || left <= 0) break;
    if (at >= day.end) continue;
    const following: Date | null = nextOccurrence(schedule, at)?.at ?? null;
    const several = following !== null && following < day.end;
    const count = several ? Math.min(left, countOccurrences(schedule, at, justBefore(day.end))) : 1;
    counts.push({ day, first: at, count });
    left -= count;
    at = several ? (nextOccurrence(schedule, justBefore(day.end))?.at ?? null) : following;
  }
  return counts;
}

const justBefore = (at: Date): Date => new Date(at.getTime() - 1);
