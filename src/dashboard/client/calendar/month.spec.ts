import { expect, it } from '@jest/globals';
import { dayOf, daysShown, monthsLater } from './month.js';

it.each([
  ['2026-11', 42, '2026-10-26', '2026-12-06'],
  ['2027-02', 28, '2027-02-01', '2027-02-28'],
  ['2024-02', 35, '2024-01-29', '2024-03-03'],
])('%s is shown as whole weeks from Monday on', (month, days, first, last) => {
  const shown = daysShown(month).map(dayOf);
  expect(shown).toHaveLength(days);
  expect([shown[0], shown.at(-1)]).toEqual([first, last]);
  expect(new Set(shown).size).toBe(days);
});

it('goes over the end of a year both ways', () => {
  expect(monthsLater('2026-12', 1)).toBe('2027-01');
  expect(monthsLater('2026-01', -1)).toBe('2025-12');
});
