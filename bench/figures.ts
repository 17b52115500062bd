/** The middle value; of an even number the upper of the two. */
export function median(values: number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that so large a share of the values does not exceed. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
}

/** A rate for people: `123,000`. */
export function perSecond(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}
