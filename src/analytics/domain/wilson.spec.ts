import { describe, expect, it } from '@jest/globals';
import { wilson } from './wilson.js';

describe("Wilson's interval", () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I: score method without continuity correction.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is that of the textbook', (part, whole, low, high) => {
    expect(wilson(part, whole)).toEqual({ low, high });
  });

  it('mirrors itself, and never leaves what a share can be', () => {
    expect(wilson(20, 20)).toEqual({ low: 0.8389, high: 1 });
    expect(wilson(1, 1)!.high).toBe(1);
  });

  it('of nothing is none', () => {
    expect(wilson(0, 0)).toBeNull();
  });
});
