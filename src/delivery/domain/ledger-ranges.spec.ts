import { describe, expect, it } from '@jest/globals';
import { missingRanges } from './ledger-ranges.js';

const range = (from: number, before: number) => ({ from, before });

describe('the ranges of runs that a ledger lacks', () => {
  it('are ten thousand wide, from the one that holds the first run to the one that holds the last', () => {
    expect(missingRanges([], 12_345, 30_000)).toEqual([
      range(10_000, 20_000),
      range(20_000, 30_000),
      range(30_000, 40_000),
    ]);
  });

  it('are none where all is there, to the very last run', () => {
    const present = [range(0, 10_000), range(10_000, 20_000)];
    expect(missingRanges(present, 5, 19_999)).toEqual([]);
    expect(missingRanges(present, 5, 20_000)).toEqual([range(20_000, 30_000)]);
  });

  it('fill a gap exactly, and overlap nothing that an earlier version made', () => {
    const present = [range(0, 14_000), range(1_000_000, 2_000_000), range(25_000, 26_000)];
    expect(missingRanges(present, 3, 29_999)).toEqual([
      range(14_000, 20_000),
      range(20_000, 25_000),
      range(26_000, 30_000),
    ]);
    expect(missingRanges(present, 1_500_000, 1_999_999)).toEqual([]);
    expect(missingRanges(present, 999_999, 1_000_000)).toEqual([range(990_000, 1_000_000)]);
  });

  it('leave alone what retention has dropped', () => {
    expect(missingRanges([range(20_000, 30_000)], 25_000, 29_999)).toEqual([]);
  });
});
