import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const NOON = new Date('2026-11-22T12:00:00Z');

describe('a Retry-After', () => {
  it.each([
    ['5', 5_000],
    ['0', 0],
    ['Sun, 22 Nov 2026 12:01:00 GMT', 60_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['2026', 2_026_000],
    ['', null],
    [undefined, null],
  ])('%j is %j milliseconds', (text, milliseconds) => expect(retryAfterMs(text, NOON)).toBe(milliseconds));
});
