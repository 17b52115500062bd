import { expect, it } from '@jest/globals';
import { exactly, fromNow, lasting } from './time.js';

const now = Date.parse('2026-11-28T12:00:00Z');
const later = (seconds: number) => fromNow(new Date(now + seconds * 1000), now);

it.each([
  [0, 'now'],
  [1, 'in 1 second'],
  [-90, '90 seconds ago'],
  [120, 'in 2 minutes'],
  [42 * 3600, 'in 42 hours'],
  [-3 * 86_400, '3 days ago'],
  [33 * 86_400, 'in 5 weeks'],
  [2.95 * 86_400, 'in 3 days'],
  [91 * 86_400, 'in 3 months'],
  [70 * 86_400, 'in 2 months'],
  [-800 * 86_400, '2 years ago'],
])('%i seconds from now is "%s"', (seconds, words) => expect(later(seconds)).toBe(words));

it('never tells of what is past as of what is to come, however late the clock of the browser is', () => {
  const past = (seconds: number) => fromNow(new Date(now + seconds * 1000), now, true);
  expect([1, 90, 0, -2].map(past)).toEqual(['now', 'now', 'now', '2 seconds ago']);
});

it('names the instant to the second with its zone, once', () => {
  expect(exactly(new Date(now), 'Europe/Berlin')).toBe('Sat, 28 Nov 2026, 13:00:00 CET (Europe/Berlin)');
  expect(exactly(new Date(now), 'UTC')).toBe('Sat, 28 Nov 2026, 12:00:00 UTC');
});

it.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [3_599.9, '1 h 0 min'],
  [7_500, '2 h 5 min'],
  [200_000, '2 d 7 h'],
])('%d seconds last "%s"', (seconds, words) => expect(lasting(seconds)).toBe(words));
