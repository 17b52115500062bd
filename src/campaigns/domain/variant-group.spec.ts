import { describe, expect, it } from '@jest/globals';
import { groupBounds, HELD_OUT, POINTS, WAITING } from './variant-group.js';
import type { Variant } from './variants.js';

const variants = (...shares: (number | null)[]): Variant[] => shares.map((share, n) => ({ name: `V${n + 1}`, share }));
const bounds = (testShare: number, holdOut: number, ...shares: (number | null)[]) =>
  groupBounds({ variants: variants(...shares), testShare, holdOut });
/** What part of all points each group has, in percent. */
const percents = (of: { group: number; below: number }[]) =>
  of.map(({ group, below }, n) => [group, ((below - (of[n - 1]?.below ?? 0)) / POINTS) * 100]);

describe('the groups of an audience', () => {
  it('are the variants alone where all take part', () => {
    expect(bounds(100, 0, null, null)).toEqual([
      { group: 1, below: 2_147_483_648 },
      { group: 2, below: POINTS },
    ]);
    expect(bounds(100, 0, null, null, null).at(-1)).toEqual({ group: 3, below: POINTS });
  });

  it('have the shares that were asked for', () => {
    const found = percents(bounds(20, 10, 75, 25));
    expect(found.map(([group]) => group)).toEqual([1, 2, HELD_OUT, WAITING]);
    for (const [index, share] of [15, 5, 10, 70].entries()) expect(found[index]![1]).toBeCloseTo(share, 6);
  });

  it.each([2, 3, 4, 5])('leave no point out and none twice, with %d variants', (count) => {
    for (let testShare = 1; testShare <= 100; testShare += 1)
      for (const holdOut of [0, Math.min(1, 100 - testShare), Math.floor((100 - testShare) / 2), 100 - testShare]) {
        const found = bounds(testShare, holdOut, ...Array<null>(count).fill(null));
        const ends = found.map(({ below }) => below);
        expect(ends.at(-1)).toBe(POINTS);
        expect(ends).toEqual([...new Set(ends)].sort((one, other) => one - other));
        expect(found.some(({ group }) => group === HELD_OUT)).toBe(holdOut > 0);
        expect(found.some(({ group }) => group === WAITING)).toBe(testShare + holdOut < 100);
      }
  });
});
