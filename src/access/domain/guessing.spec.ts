import { describe, expect, it } from '@jest/globals';
import { waitAfter } from './guessing.js';

describe('waiting after failures', () => {
  const patience = { free: 5, longestMs: 900_000 };

  it('begins after the free ones, doubles, and has an end', () => {
    const waits = [0, 1, 4, 5, 6, 7, 14, 15, 1_000_000].map((failures) => waitAfter(failures, patience));
    expect(waits).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 512_000, 900_000, 900_000]);
  });
});
