/** Where the bars of a histogram of waiting times end, in seconds: about as long again each time, at times people know. */
export const WAITS = [
  ...[10, 30, 60, 120, 300, 600, 1_800],
  ...[3_600, 2 * 3_600, 6 * 3_600, 12 * 3_600, 86_400, 2 * 86_400, 3 * 86_400, 7 * 86_400, 30 * 86_400],
] as const;

/** How many waited at least `from_seconds` and less than `to_seconds`; the last bar has no end. */
export interface WaitBar {
  from_seconds: number;
  to_seconds: number | null;
  recipients: number;
}

/** All bars, zeros included; `counts` has for a bar's number, from 0, how many there are. */
export function waitBars(counts: ReadonlyMap<number, number>): WaitBar[] {
  return [0, ...WAITS].map((from, bar) => ({
    from_seconds: from,
    to_seconds: WAITS[bar] ?? null,
    recipients: counts.get(bar) ?? 0,
  }));
}
