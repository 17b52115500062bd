/** Where a share truly lies, as far as a sample can tell. */
export interface Interval {
  low: number;
  high: number;
}

/** Of a standard normal distribution 95 % lie within this distance of the middle. */
const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval of 95 %: unlike the textbook's simplest it holds for small samples and for shares near 0 and 1.
 * Rounded to four decimals; null where there is nothing to take a share of.
 */
export function wilson(part: number, whole: number): Interval | null {
  if (whole === 0) return null;
  const share = Math.min(part / whole, 1);
  const z2 = Z_95 ** 2;
  const middle = share + z2 / (2 * whole);
  const reach = Z_95 * Math.sqrt((share * (1 - share)) / whole + z2 / (4 * whole ** 2));
  const scale = 1 + z2 / whole;
  const rounded = (value: number) => Math.round(Math.min(Math.max(value, 0), 1) * 10_000) / 10_000;
  return { low: rounded((middle - reach) / scale), high: rounded((middle + reach) / scale) };
}
