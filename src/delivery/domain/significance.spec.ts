import { describe, expect, it } from '@jest/globals';
import { pValueOf } from './significance.js';

/** The area under the normal density beyond ±z, by Simpson's rule. */
function beyond(z: number): number {
  const [steps, end] = [20_000, 12];
  const width = (end - z) / steps;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(z) + density(end);
  for (let step = 1; step < steps; step += 1) sum += (step % 2 === 0 ? 2 : 4) * density(z + step * width);
  return (2 * sum * width) / 3;
}

describe('the p-value of two proportions', () => {
  it.each([
    // 200 and 250 of 1,000: 0.05 over √(0.225 · 0.775 · 2/1000)
    [{ of: 1_000, hits: 200 }, { of: 1_000, hits: 250 }, 2.6774],
    [{ of: 500, hits: 30 }, { of: 500, hits: 45 }, 1.8009],
    [{ of: 10_000, hits: 300 }, { of: 2_000, hits: 90 }, 3.453_41],
  ])('is the area beyond z', (one, other, z) => {
    expect(pValueOf(one, other)).toBeCloseTo(beyond(z), 5);
    expect(pValueOf(other, one)).toBe(pValueOf(one, other));
  });

  it('meets the tables of the normal distribution', () => {
    // z for 100 of 1,000 and x of 1,000 passes 1.96 between 127 and 128.
    expect(pValueOf({ of: 1_000, hits: 100 }, { of: 1_000, hits: 127 })).toBeGreaterThan(0.05);
    expect(pValueOf({ of: 1_000, hits: 100 }, { of: 1_000, hits: 128 })).toBeLessThan(0.05);
  });

  it('says nothing where there is nothing to tell', () => {
    expect(pValueOf({ of: 99, hits: 0 }, { of: 1_000, hits: 900 })).toBe(1);
    expect(pValueOf({ of: 1_000, hits: 0 }, { of: 1_000, hits: 0 })).toBe(1);
    expect(pValueOf({ of: 1_000, hits: 1_000 }, { of: 1_000, hits: 1_000 })).toBe(1);
    expect(pValueOf({ of: 0, hits: 0 }, { of: 0, hits: 0 })).toBe(1);
    expect(pValueOf({ of: 1_000, hits: 100 }, { of: 1_000, hits: 100 })).toBeCloseTo(1, 6);
  });
});
