import { describe, expect, it } from '@jest/globals';
import { pauseAfter } from './webhook-schedule.js';

const HOUR = 3_600_000;

describe('the pauses between the tries of a webhook', () => {
  const middle = () => 0.5;

  it('grow from five seconds to a day, and end after the tenth try', () => {
    const pauses = Array.from({ length: 10 }, (_, index) => pauseAfter(index + 1, middle));
    const hours = [2, 5, 10, 14, 20, 24].map((count) => count * HOUR);
    expect(pauses).toEqual([5_000, 300_000, 1_800_000, ...hours, null]);
  });

  it('are spread by a tenth to both sides', () => {
    expect(pauseAfter(1, () => 0)).toBe(4_500);
    expect(pauseAfter(9, () => 1 - Number.EPSILON)).toBe(26.4 * HOUR);
  });
});
