/** Runs with ids from `from` up to, but not including, `before`: what one partition of a ledger table holds. */
export interface RunRange {
  from: number;
  before: number;
}

/** How many runs a partition holds: few enough that retention frees space in steps, and that a day makes no crowd of them. */
const PARTITION_RUNS = 10_000;

/** The first run at or above `from` that has no place. */
export function roomEnd(present: RunRange[], from: number): number {
  const holder = present.find((range) => range.from <= from && from < range.before);
  return holder ? roomEnd(present, holder.before) : from;
}

/**
 * The ranges to add so that every run of [from, through] has a place. Their bounds are multiples of the width, but for
 * where a range that is there already ends or begins in between.
 */
export function missingRanges(present: RunRange[], from: number, through: number): RunRange[] {
  const missing: RunRange[] = [];
  for (let at = from; (at = roomEnd(present, at)) <= through; at = missing.at(-1)!.before) {
    const start = Math.floor(at / PARTITION_RUNS) * PARTITION_RUNS;
    const below = present.map(({ before }) => before).filter((before) => before <= at);
    const above = present.map((range) => range.from).filter((first) => first > at);
    missing.push({ from: Math.max(start, ...below), before: Math.min(start + PARTITION_RUNS, ...above) });
  }
  return missing;
}
