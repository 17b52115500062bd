const HOUR = 3_600_000;

/** How many messages may leave within each unit of time; a unit without a limit is absent. */
export type Limits = Partial<Record<'second' | 'minute' | 'hour' | 'day', number>>;

/** The units, the shortest first: each holds a whole number of the one before. */
const UNITS = [
  { name: 'second', length: 1_000 },
  { name: 'minute', length: 60_000 },
  { name: 'hour', length: HOUR },
  { name: 'day', length: 24 * HOUR },
] as const;

/** What really fits into each unit: its own limit, or as often as they fit, what fits into the next shorter one. */
function capacities(limits: Limits): number[] {
  const found: number[] = [];
  for (const [index, { name, length }] of UNITS.entries()) {
    const shorter = index === 0 ? Infinity : found[index - 1]! * (length / UNITS[index - 1]!.length);
    found.push(Math.min(limits[name] ?? Infinity, shorter));
  }
  return found;
}

/**
 * Milliseconds until the last of `count` messages has left, when as many leave as early as the limits allow and every
 * unit begins with the run. Zero where nothing limits it.
 */
export function finishTime(count: number, limits: Limits): number {
  if (count <= 0) return 0;
  const fits = capacities(limits);
  let rest = count;
  let elapsed = 0;
  for (let unit = UNITS.length - 1; unit > 0; unit -= 1) {
    if (fits[unit] === Infinity) continue;
    const full = Math.ceil(rest / fits[unit]!) - 1;
    elapsed += full * UNITS[unit]!.length;
    rest -= full * fits[unit]!;
  }
  return Math.round(elapsed + (fits[0] === Infinity ? 0 : (rest / fits[0]!) * 1_000));
}

/** How many of `count` messages leave in each hour from the first on, at most `hours` of them. */
export function volumePerHour(count: number, limits: Limits, hours: number): number[] {
  const [secondly, , hourly, daily] = capacities(limits) as [number, number, number, number];
  const finish = finishTime(count, limits) / HOUR;
  // Without a limit a second takes no time, and the last hour may begin and end at the same moment.
  const begun = count <= 0 ? 0 : secondly === Infinity ? Math.floor(finish) + 1 : Math.ceil(finish);
  return Array.from({ length: Math.min(begun, hours) }, (_, hour) => {
    const left = daily === Infinity ? count : Math.min(daily, count - Math.floor(hour / 24) * daily);
    const before = hourly === Infinity ? 0 : (hour % 24) * hourly;
    return Math.round(Math.max(0, Math.min(hourly, left - before)));
  });
}
