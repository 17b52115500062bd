/** Of how many shares a true one lies within their intervals: 95 of 100. */
const Z = 1.959964;

/** Where a true share lies, most likely. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * The 95 % interval of a share after Wilson (1927), rounded to four decimals: right for small numbers and for shares near 0
 * and 1, too. Null where there is nothing to take a share of.
 */
export function wilson(part: number, whole: number): Interval | null {
  if (whole === 0) return null;
  const share = part / whole;
  const weight = Z ** 2 / whole;
  const middle = (share + weight / 2) / (1 + weight);
  const half = (Z * Math.sqrt((share * (1 - share)) / whole + weight / (4 * whole))) / (1 + weight);
  return { low: rounded(Math.max(0, middle - half)), high: rounded(Math.min(1, middle + half)) };
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
