import { describe, expect, it } from '@jest/globals';
import { SeededChance } from './chance.js';

const drawn = (seed: number, count: number): number[] => {
  const { random } = new SeededChance(seed);
  return Array.from({ length: count }, random);
};

describe('seeded chance', () => {
  it('repeats itself for a seed, and differs for another, however near', () => {
    expect(drawn(1, 50)).toEqual(drawn(1, 50));
    const starts = [0, 1, 2, 4_294_967_295].map((seed) => drawn(seed, 1)[0]);
    expect(new Set(starts).size).toBe(4);
  });

  it('yields [0, 1), evenly', () => {
    const numbers = drawn(7, 20_000);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length / numbers.length;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
    }
  });
});
