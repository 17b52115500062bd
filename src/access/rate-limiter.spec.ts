import { expect, it } from '@jest/globals';
import type { Clock } from '../platform/clock.js';
import { RateLimiter } from './rate-limiter.js';

it('more callers than it keeps push out the one whose minute began first, and nobody else', () => {
  let now = 0;
  const limiter = new RateLimiter({ now: () => new Date(now) } as Clock);
  limiter.take('first', 1);
  limiter.take('again', 1);
  now = 60_000;
  // Begins anew, and so is no longer the oldest but one.
  limiter.take('again', 1);
  for (let index = 0; index < 49_999; index += 1) limiter.take(`stranger ${index}`, 1);
  expect(limiter.take('again', 1).allowed).toBe(false);
  expect(limiter.take('stranger 0', 1).allowed).toBe(false);
  expect(limiter.take('stranger 49998', 1).allowed).toBe(false);
  expect(limiter.take('first', 1).allowed).toBe(true);
});
