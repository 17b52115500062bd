import { expect, it } from '@jest/globals';
import { byMinutes } from './played-config.js';

it.each([
  ['', ''],
  ['14/second, 50000/day', '840/minute, 50000/day'],
  ['14/s, 500/minute', '500/minute'],
  ['2/second, 500/minute', '120/minute'],
  ['7/hour', '7/hour'],
])('a limit of %j is played as %j', (real, played) => {
  expect(byMinutes(real)).toBe(played);
});
