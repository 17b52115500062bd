import { countOccurrences, latestOccurrence, nextOccurrence } from './recurrence.js';
import type { MisfirePolicy, Schedule } from './schedule.js';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** How many outstanding occurrences `run_all` still carries out; older ones are missed. */
export const RUN_ALL_LIMIT = 10;

/** Opened less late than this (or than one interval, where that is shorter), an occurrence counts as on time for `skip`. */
export const ON_TIME_MS = MINUTE;

/** Occurrences that nothing will carry out: first, last, and how many there were. */
export interface Missed {
  from: Date;
  to: Date;
  count: number;
}

/** A stretch of time from one occurrence to another, both included. */
export type Span = Pick<Missed, 'from' | 'to'>;

/** What to do about a due campaign: the occurrence to open now, what to record as missed, the next time it is due. */
export interface Opening {
  open: Date | null;
  missed: Missed | null;
  /** What fell into the run that the campaign was queued behind, and gave way to a later occurrence. */
  overlapped?: Missed;
  next: Date | null;
}

/** What lets an occurrence come later than its instant without being late. */
interface Leeway {
  /** When the run ended that the campaign was queued behind: whatever was due before could not open before. */
  heldUntil?: Date | null;
  /** How long an occurrence takes to be due everywhere: it is missed only once it is past in the last time zone. */
  spreadMs?: number;
}

/** How late, in milliseconds, `run_latest` still opens the occurrence at `at`: one interval, within a minute and an hour. */
export function misfireGraceMs(schedule: Schedule, at: Date): number {
  return Math.max(MINUTE, Math.min(gapAfter(schedule, at), HOUR));
}

/**
 * Decides what opens at `now` for a campaign stored as due at `dueAt` (≤ now), by its misfire policy (rule R25). Every
 * occurrence from `dueAt` to now is opened, missed, overlapped, or, under `run_all`, left for the next call through a
 * `next` ≤ now. A campaign that does not recur opens however late, unless `skip` says that late is too late.
 */
export function planOpening(
  due: { schedule: Schedule; dueAt: Date; now: Date; policy: MisfirePolicy; recurring: boolean } & Leeway,
): Opening {
  const { policy } = due;
  if (!due.recurring) return planOnce(due);
  const plan = policy === 'run_all' ? planAll(due) : planLatest({ ...due, policy });
  if (plan.open === null || plan.missed === null || !due.heldUntil) return plan;
  return { ...plan, ...splitAt(due.heldUntil, due.schedule, plan.missed) };
}

/** Whether the only occurrence of a campaign that does not recur is too late to be carried out. */
export function isMissedOnce(due: { dueAt: Date; now: Date; policy: MisfirePolicy } & Leeway): boolean {
  return due.policy === 'skip' && lateBy(due.dueAt, due.now, due) >= ON_TIME_MS;
}

function planOnce(due: Parameters<typeof isMissedOnce>[0]): Opening {
  const { dueAt } = due;
  if (!isMissedOnce(due)) return { open: dueAt, missed: null, next: null };
  return { open: null, missed: { from: dueAt, to: dueAt, count: 1 }, next: null };
}

type Due = { schedule: Schedule; dueAt: Date; now: Date } & Leeway;

function planAll({ schedule, dueAt, now }: Due): Opening {
  const open = oldestOfLast(RUN_ALL_LIMIT, schedule, now, dueAt);
  return { open, missed: missedBefore(schedule, dueAt, open), next: after(schedule, open) };
}

function planLatest(due: Due & { policy: 'run_latest' | 'skip' }): Opening {
  const { schedule, dueAt, now, policy } = due;
  const latest = oldestOfLast(1, schedule, now, dueAt);
  const next = after(schedule, now);
  if (isOpenable(schedule, latest, now, policy, due)) {
    return { open: latest, missed: missedBefore(schedule, dueAt, latest), next };
  }
  return { open: null, missed: missedThrough(schedule, dueAt, latest), next };
}

/** Tells what was due while the campaign was held from what was due later. */
function splitAt(heldUntil: Date, schedule: Schedule, missed: Missed): Omit<Opening, 'open' | 'next'> {
  if (missed.from > heldUntil) return { missed };
  if (missed.to <= heldUntil) return { missed: null, overlapped: missed };
  const last = oldestOfLast(1, schedule, heldUntil, missed.from);
  const overlapped = missedThrough(schedule, missed.from, last);
  return { missed: missedThrough(schedule, after(schedule, last)!, missed.to), overlapped };
}

/** When a campaign that begins to wait is due first, null when its schedule is over, and what it has missed before that. */
export interface Start {
  due: Date | null;
  missed: Missed | null;
}

/**
 * What becomes of the past of a recurring campaign that begins at `now`. An anchor in the past is treated as occurrences
 * that were missed: `run_latest` takes the latest within its grace, `run_all` goes back up to RUN_ALL_LIMIT, `skip` only
 * looks ahead.
 */
export function planStart({
  schedule,
  policy,
  now,
  spreadMs,
}: {
  schedule: Schedule;
  policy: MisfirePolicy;
  now: Date;
} & Pick<Leeway, 'spreadMs'>): Start {
  const first = after(schedule, new Date(schedule.anchorAt.getTime() - 1));
  if (first === null || first >= now) return { due: first, missed: null };
  if (policy === 'run_all') {
    const due = oldestOfLast(RUN_ALL_LIMIT, schedule, now, first);
    return { due, missed: missedBefore(schedule, first, due) };
  }
  const latest = oldestOfLast(1, schedule, now, first);
  const wanted = policy === 'run_latest' && isOpenable(schedule, latest, now, policy, { spreadMs });
  if (wanted) return { due: latest, missed: missedBefore(schedule, first, latest) };
  return { due: after(schedule, now), missed: missedThrough(schedule, first, latest) };
}

/** The occurrences from the one that is due to the last at or before `now`; null where none has come. */
export function outstanding(schedule: Schedule, dueAt: Date | null, now: Date): Missed | null {
  if (dueAt === null || dueAt > now) return null;
  return missedThrough(schedule, dueAt, oldestOfLast(1, schedule, now, dueAt));
}

/** The parts of a missed range that lie in none of the spans, which are in the order of their beginnings. */
export function unaccounted(schedule: Schedule, missed: Missed, spans: Span[]): Missed[] {
  const within = spans.filter(({ from, to }) => to >= missed.from && from <= missed.to);
  if (within.length === 0) return [missed];
  const found: Missed[] = [];
  let from: Date | null = missed.from;
  for (const span of within) {
    if (from === null || from > missed.to) break;
    if (span.from > from) {
      const last = oldestOfLast(1, schedule, new Date(span.from.getTime() - 1), from);
      found.push(missedThrough(schedule, from, last));
    }
    if (span.to >= from) from = after(schedule, span.to);
  }
  if (from !== null && from <= missed.to) found.push(missedThrough(schedule, from, missed.to));
  return found;
}

function isOpenable(schedule: Schedule, at: Date, now: Date, policy: 'run_latest' | 'skip', leeway: Leeway): boolean {
  const late = lateBy(at, now, leeway);
  if (policy === 'run_latest') return late <= misfireGraceMs(schedule, at);
  return late < Math.min(ON_TIME_MS, gapAfter(schedule, at));
}

/** Milliseconds since an occurrence could have opened in the last of its zones. */
function lateBy(at: Date, now: Date, { heldUntil, spreadMs = 0 }: Leeway): number {
  return now.getTime() - Math.max(at.getTime() + spreadMs, heldUntil?.getTime() ?? 0);
}

/** Milliseconds from the occurrence at `at` to the one that follows by the rule, even beyond its end. */
function gapAfter(schedule: Schedule, at: Date): number {
  const following = after({ ...schedule, until: null }, at);
  return following === null ? Infinity : following.getTime() - at.getTime();
}

function after(schedule: Schedule, instant: Date): Date | null {
  return nextOccurrence(schedule, instant)?.at ?? null;
}

/** The oldest of the last `limit` occurrences up to now, `dueAt` at the earliest. */
function oldestOfLast(limit: number, schedule: Schedule, now: Date, dueAt: Date): Date {
  let oldest = dueAt;
  let before = now;
  for (let taken = 0; taken < limit; taken += 1) {
    const at = latestOccurrence(schedule, before)?.at;
    // `dueAt` stands even where the rule no longer meets it, after a change of the schedule or of the zone's rules.
    if (at === undefined || at <= dueAt) return dueAt;
    oldest = at;
    before = new Date(at.getTime() - 1);
  }
  return oldest;
}

function missedBefore(schedule: Schedule, dueAt: Date, open: Date): Missed | null {
  if (open <= dueAt) return null;
  const last = oldestOfLast(1, schedule, new Date(open.getTime() - 1), dueAt);
  return missedThrough(schedule, dueAt, last);
}

function missedThrough(schedule: Schedule, from: Date, to: Date): Missed {
  return { from, to, count: 1 + countOccurrences(schedule, new Date(from.getTime() + 1), to) };
}
