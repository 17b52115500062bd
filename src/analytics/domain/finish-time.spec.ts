import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { finishTime, type Limits, volumePerHour } from './finish-time.js';

const HOUR = 3_600_000;

const lengths = { second: 1, minute: 60, hour: 3_600, day: 86_400 };
const units = ['second', 'minute', 'hour', 'day'] as const;

/** Sends second by second, as many as every limit still allows: no arithmetic to get wrong. */
function played(count: number, limits: Limits): { seconds: number; hours: number[] } {
  const used = { second: 0, minute: 0, hour: 0, day: 0 };
  const hours: number[] = [];
  for (let second = 0, left = count; ;) {
    for (const unit of units) if (second % lengths[unit] === 0) used[unit] = 0;
    const now = Math.max(0, Math.min(left, ...units.map((unit) => (limits[unit] ?? Infinity) - used[unit])));
    for (const unit of units) used[unit] += now;
    const hour = Math.floor(second / 3_600);
    hours[hour] = (hours[hour] ?? 0) + now;
    left -= now;
    if (left === 0) return { seconds: second, hours: Array.from(hours, (sent) => sent ?? 0) };
    // Nothing more leaves before the next unit of the longest one that is used up.
    const full = units.findLast((unit) => used[unit] >= (limits[unit] ?? Infinity)) ?? 'second';
    second = (Math.floor(second / lengths[full]) + 1) * lengths[full];
  }
}

describe('the finish time under limits', () => {
  it.each<[number, Limits, number]>([
    [0, { second: 1 }, 0],
    [1_000, {}, 0],
    [1_000, { second: 100 }, 10_000],
    [100, { minute: 100 }, 0],
    [101, { minute: 100 }, 60_000],
    [250, { second: 10, minute: 100 }, 125_000],
    [20_000, { day: 10_000, hour: 1_000 }, 24 * HOUR + 9 * HOUR],
    [3, { day: 1 }, 48 * HOUR],
  ])('of %d messages under %j is %d ms', (count, limits, expected) => {
    expect(finishTime(count, limits)).toBe(expected);
  });

  it('and the volume per hour are what sending second by second comes to', () => {
    const limit = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: undefined });
    const limits = fc.record({
      second: fc.integer({ min: 1, max: 40 }),
      minute: limit(300),
      hour: limit(2_000),
      day: limit(9_000),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12_000 }), limits, (count, limited) => {
        const { seconds, hours } = played(count, limited);
        expect(Math.ceil(finishTime(count, limited) / 1_000) - 1).toBe(seconds);
        expect(volumePerHour(count, limited, 1_000_000)).toEqual(hours);
      }),
      { numRuns: 100 },
    );
  });

  it('shows no more hours than asked for', () => {
    expect(volumePerHour(1_000, { hour: 10 }, 72)).toEqual(Array(72).fill(10));
    expect(volumePerHour(0, { hour: 10 }, 72)).toEqual([]);
    expect(volumePerHour(5, {}, 72)).toEqual([5]);
    expect(volumePerHour(11, { hour: 10 }, 72)).toEqual([10, 1]);
    expect(volumePerHour(3_600, { second: 1 }, 72)).toEqual([3_600]);
  });
});
