/** Lengths of the periods a provider may be limited by, in milliseconds. */
export const PERIODS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type Period = keyof typeof PERIODS;

/** At most so many messages in any such period. What is absent is not limited. */
export type Limits = Partial<Record<Period, number>>;

/** What was granted lately in slots of a fiftieth of the period: the number of the newest one and the counts up to it. */
export interface Spent {
  slot: number;
  counts: number[];
}
export type Usage = Partial<Record<Period, Spent>>;

export interface Grant {
  /** Messages that may start now: 0 to what was wanted. */
  granted: number;
  usage: Usage;
  /** Epoch milliseconds from which more can be granted; null while there is something left now. */
  freeAt: number | null;
}

/** A period touches this many slots and one more: counting all of them keeps the limit in every rolling period. */
const SLOTS = 50;

/**
 * Grants up to `wanted` messages at `now` (epoch milliseconds), so that no rolling period ever holds more grants than its
 * limit. What was granted before a server stalled leaves after it: by then a minute may hold a window of each lane more. The
 * price of whole slots is that up to two percent of a limit stay unused.
 */
export function grant(usage: Usage, limits: Limits, now: number, wanted: number): Grant {
  const periods = Object.keys(limits) as Period[];
  const rolled = periods.map((period) => ({ period, limit: limits[period]!, spent: roll(usage[period], period, now) }));
  const left = (parts: typeof rolled) => Math.min(...parts.map(({ limit, spent }) => limit - sum(spent.counts)));
  const granted = Math.max(0, Math.min(wanted, left(rolled)));
  for (const { spent } of rolled) spent.counts[SLOTS]! += granted;
  const waits = rolled.flatMap((part) => freeAtOf(part.spent, part.limit, PERIODS[part.period]));
  return {
    granted,
    usage: Object.fromEntries(rolled.map(({ period, spent }) => [period, spent])),
    freeAt: waits.length > 0 ? Math.max(...waits) : null,
  };
}

/** Messages granted in the period that ends now. */
export function usedNow(usage: Usage, period: Period, now: number): number {
  return sum(roll(usage[period], period, now).counts);
}

/** The counts as they stand at `now`: slots that a rolling period no longer touches are gone. Time never runs backwards. */
function roll(spent: Spent | undefined, period: Period, now: number): Spent {
  const slot = Math.max(Math.floor(now / (PERIODS[period] / SLOTS)), spent?.slot ?? 0);
  const passed = spent ? Math.min(slot - spent.slot, SLOTS + 1) : SLOTS + 1;
  const kept = spent ? spent.counts.slice(passed) : [];
  return { slot, counts: [...kept, ...new Array<number>(SLOTS + 1 - kept.length).fill(0)] };
}

/** When the first granted slot leaves an exhausted period. */
function freeAtOf({ slot, counts }: Spent, limit: number, periodMs: number): number[] {
  if (sum(counts) < limit) return [];
  const oldest = counts.findIndex((count) => count > 0);
  return [(slot + oldest + 1) * (periodMs / SLOTS)];
}

const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);

const TERM = /^(\d{1,9})\s*\/\s*(second|minute|hour|day|s|m|h|d)$/;

/** Reads `14/second, 50000/day` (also `14/s`). Null where it is not that; a period may be named once. */
export function parseLimits(text: string): Limits | null {
  const limits: Limits = {};
  for (const term of text.split(',')) {
    const [, count, unit] = TERM.exec(term.trim()) ?? [];
    const period = (Object.keys(PERIODS) as Period[]).find((name) => name.startsWith(unit ?? '?'));
    if (!period || limits[period] !== undefined || Number(count) < 1) return null;
    limits[period] = Number(count);
  }
  return limits;
}
