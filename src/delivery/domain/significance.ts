/** How many of how many. */
export interface Proportion {
  of: number;
  hits: number;
}

/** Fewer than this many in one of two groups say nothing. */
export const LEAST_SAMPLE = 100;

/**
 * The probability, two-sided, of a difference as large as between these two if there were none: a z-test with the
 * common proportion. 1 where a group is too small, or nobody or everybody was hit: then nothing can be told.
 */
export function pValueOf(one: Proportion, other: Proportion): number {
  if (Math.min(one.of, other.of) < LEAST_SAMPLE) return 1;
  const common = (one.hits + other.hits) / (one.of + other.of);
  const spread = Math.sqrt(common * (1 - common) * (1 / one.of + 1 / other.of));
  if (spread === 0) return 1;
  return erfc(Math.abs(one.hits / one.of - other.hits / other.of) / spread / Math.SQRT2);
}

/**
 * The complementary error function for x ≥ 0, with a relative error below 1.2e-7 everywhere: the Chebyshev fit of Numerical
 * Recipes (Press et al., 2nd ed., §6.2).
 */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const fitted = COEFFICIENTS.reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  return t * Math.exp(-x * x + fitted);
}

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];
