import { ON_TIME_MS } from '../../campaigns/domain/misfire.js';
import { nextAt, wallTimeOf } from '../../campaigns/domain/recipient-time.js';
import { earliestAllowed, type SendHours } from '../../campaigns/domain/send-window.js';
import { planZones, type ZonedRun } from '../../delivery/domain/zone-plan.js';
import { finishTime, type Limits, volumePerHour } from './finish-time.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How exactly the end of allowed hours is looked for: a shorter break is not seen. */
const LOOK = 15 * MINUTE;

/** Contacts by the time zone that they name. */
export interface ZoneShare {
  zone: string | null;
  contacts: number;
}

/** A run before it opens: when recipients are due, in which hours they may be sent to, how many may leave at once. */
export interface ExpectedRun extends ZonedRun {
  hours: SendHours | null;
  limits: Limits;
  /** The test that some wait for the end of; null where nobody does. */
  test: ExpectedTest | null;
}

/** A test of variants. */
export interface ExpectedTest {
  /** The part of the recipients that it is made with, between 0 and 1. */
  share: number;
  /** How long after the last of them was due the winner is decided, in milliseconds; null where people decide, some time. */
  afterMs: number | null;
}

/** What a run is expected to come to. */
export interface Course {
  /** At the times that can be told. */
  sent: number;
  /** Who waits until somebody chooses the variant that wins. */
  waiting: number;
  /** Who comes too late: after the deadline, or where the wall time is past. */
  skipped: { reason: 'zone_past' | 'quiet_hours'; contacts: number }[];
  /** When the last message has left; when the run opens where none does. */
  finishesAt: Date;
  /** What leaves in each hour from the opening on. */
  perHour: number[];
}

/** Recipients who are due together, under one clock. */
interface Wave {
  zone: string;
  at: number;
  contacts: number;
}

/**
 * Follows a run from wave to wave: whoever is due in hours that are not allowed, or has not left when they end, waits for
 * the next opening, or is skipped where that comes after the deadline. Limits are counted from the first message on.
 */
export function courseOf(run: ExpectedRun, shares: ZoneShare[]): Course {
  const { hours, limits } = run;
  const [opensAt, expiresAt] = [run.opened_at.getTime(), run.expires_at.getTime()];
  const skipped = { zone_past: 0, quiet_hours: 0 };
  const { waves, waiting } = withTest(run, firstWaves(run, shares, skipped));
  const left: Wave[] = [];
  let sent = 0;
  let free = waves[0]?.at ?? opensAt;
  const began = free;
  while (waves.length > 0) {
    const wave = waves.sort((one, other) => one.at - other.at).shift()!;
    const limited = began + finishTime(sent + wave.contacts, limits) - finishTime(wave.contacts, limits);
    const from = Math.max(wave.at, free, limited);
    const opening = hours ? earliestAllowed(new Date(from), wave.zone, hours) : new Date(from);
    if (opening === null || (hours && opening >= run.expires_at)) skipped.quiet_hours += wave.contacts;
    else if (opening.getTime() > from) waves.push({ ...wave, at: opening.getTime() });
    else {
      const close = hours
        ? closing(from, wave.zone, hours, Math.min(from + finishTime(wave.contacts, limits), expiresAt))
        : null;
      const contacts = close === null ? wave.contacts : fitting(wave.contacts, limits, close - from);
      if (contacts < wave.contacts) waves.push({ ...wave, at: close!, contacts: wave.contacts - contacts });
      if (contacts === 0) continue;
      left.push({ ...wave, at: from, contacts });
      sent += contacts;
      free = from + finishTime(contacts, limits);
    }
  }
  return {
    sent,
    waiting,
    skipped: (['zone_past', 'quiet_hours'] as const).flatMap((reason) =>
      skipped[reason] > 0 ? [{ reason, contacts: skipped[reason] }] : [],
    ),
    finishesAt: new Date(sent > 0 ? free : opensAt),
    perHour: perHourOf(left, limits, opensAt, expiresAt),
  };
}

/** Who is due when, as the freeze would have it, those of one clock together. */
function firstWaves(
  run: ExpectedRun,
  shares: ZoneShare[],
  skipped: Record<'zone_past' | 'quiet_hours', number>,
): Wave[] {
  const plan = planZones(
    run,
    shares.map(({ zone }) => zone),
    run.hours,
  );
  const dueIn = new Map(plan.zones.map((due) => [due.zone, due]));
  const waves = new Map<string, Wave>();
  for (const { zone, contacts } of shares) {
    const due = dueIn.get(zone ?? '') ?? { ...plan.others, zone: run.time_zone };
    if (due.skip) {
      skipped[due.skip] += contacts;
      continue;
    }
    const at = Math.max(due.dueAt.getTime(), run.opened_at.getTime());
    // Where no hours are kept, and nobody waits for the same hour again, it does not matter whose clock it is.
    const key = run.hours || (run.test && run.zones_from) ? `${at} ${due.zone}` : `${at}`;
    const wave = waves.get(key) ?? { zone: due.zone, at, contacts: 0 };
    waves.set(key, { ...wave, contacts: wave.contacts + contacts });
  }
  return [...waves.values()].sort((one, other) => one.at - other.at);
}

/** The waves of a run with a test: those who take part at their time, the others when the winner is decided. */
function withTest({ test, zones_from }: ExpectedRun, waves: Wave[]): { waves: Wave[]; waiting: number } {
  if (test === null) return { waves, waiting: 0 };
  const tested = waves.map((wave) => ({ ...wave, contacts: Math.round(wave.contacts * test.share) }));
  const others = waves.map((wave, index) => ({ ...wave, contacts: wave.contacts - tested[index]!.contacts }));
  const sentFirst = tested.filter(({ contacts }) => contacts > 0);
  if (test.afterMs === null)
    return { waves: sentFirst, waiting: others.reduce((sum, { contacts }) => sum + contacts, 0) };
  const decided = Math.max(...waves.map(({ at }) => at)) + test.afterMs;
  // Where recipients' clocks decide, at the hour of the run again: a clock that shows it just then is not put off.
  const from = new Date(decided - ON_TIME_MS);
  const at = (zone: string) => (zones_from ? nextAt(wallTimeOf(zones_from), zone, from).getTime() : decided);
  const later = others.filter(({ contacts }) => contacts > 0).map((wave) => ({ ...wave, at: at(wave.zone) }));
  return { waves: [...sentFirst, ...later], waiting: 0 };
}

/** The minute before `until` in which allowed hours end that hold at `from`; null where they last. */
function closing(from: number, zone: string, hours: SendHours, until: number): number | null {
  const open = (at: number) => earliestAllowed(new Date(at), zone, hours)?.getTime() === at;
  let at = from;
  while (at < until && open(Math.min(at + LOOK, until))) at += LOOK;
  if (at >= until) return null;
  for (let minute = Math.floor(at / MINUTE + 1) * MINUTE; minute <= until; minute += MINUTE)
    if (!open(minute)) return minute;
  return null;
}

/** How many of `count` messages leave in so many milliseconds. */
function fitting(count: number, limits: Limits, milliseconds: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (finishTime(middle, limits) <= milliseconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

function perHourOf(left: Wave[], limits: Limits, opensAt: number, expiresAt: number): number[] {
  const most = Math.ceil((expiresAt - opensAt) / HOUR);
  const found: number[] = [];
  for (const { at, contacts } of left) {
    const first = Math.floor((at - opensAt) / HOUR);
    volumePerHour(contacts, limits, most - first).forEach((messages, hour) => {
      found[first + hour] = (found[first + hour] ?? 0) + messages;
    });
  }
  return Array.from(found, (messages) => messages ?? 0);
}
