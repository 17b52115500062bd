import { describe, expect, it } from '@jest/globals';
import { capInWords, parseCaps } from './frequency-cap.js';

const DAY = 86_400_000;

describe('frequency caps', () => {
  it.each([
    ['', []],
    ['1/day', [{ most: 1, withinMs: DAY }]],
    [
      ' 3 / week , 1/hour',
      [
        { most: 3, withinMs: 7 * DAY },
        { most: 1, withinMs: 3_600_000 },
      ],
    ],
    ['10/30 days', [{ most: 10, withinMs: 30 * DAY }]],
    ['0/day', []],
    [' 0 ', []],
    ['0/day, 2/week', [{ most: 2, withinMs: 7 * DAY }]],
  ])('are read from %j', (text, caps) => {
    expect(parseCaps(text)).toEqual(caps);
  });

  it.each(['1', '1/month', '-1/day', '1/0 days', '1.5/day', '1/day,', 'day'])('are not read from %j', (text) => {
    expect(parseCaps(text)).toBeNull();
  });

  it('say themselves in words', () => {
    expect([1, 3].map((most) => capInWords({ most, withinMs: 7 * DAY }))).toEqual([
      '1 within 7 days',
      '3 within 7 days',
    ]);
    expect(capInWords({ most: 2, withinMs: 3_600_000 })).toBe('2 within 1 hour');
    expect(capInWords({ most: 2, withinMs: 90 * 60_000 })).toBe('2 within 90 minutes');
  });
});
