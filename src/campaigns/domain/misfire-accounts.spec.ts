import { describe, expect, it } from '@jest/globals';
import { unaccounted } from './misfire.js';
import type { Schedule } from './schedule.js';

const daily: Schedule = {
  anchorAt: new Date('2026-01-01T09:00:00Z'),
  anchorLocal: '2026-01-01T09:00:00',
  timeZone: 'UTC',
  frequency: 'daily',
  interval: 1,
  weekdays: null,
  cron: null,
  until: null,
};
const at = (text: string) => new Date(`2026-01-${text}Z`);

describe('what no run accounts for', () => {
  const missed = { from: at('02T09:00'), to: at('09T09:00'), count: 8 };
  const span = (from: string, to = from) => ({ from: at(from), to: at(to) });
  const left = (...spans: { from: Date; to: Date }[]) =>
    unaccounted(daily, missed, spans).map(({ from, to, count }) => [from.getUTCDate(), to.getUTCDate(), count]);

  it('is all of it where nothing lies within', () => {
    expect(left()).toEqual([[2, 9, 8]]);
    expect(left(span('01T09:00'), span('10T09:00'))).toEqual([[2, 9, 8]]);
  });

  it('lies before, between and behind what has a run', () => {
    expect(left(span('02T09:00'))).toEqual([[3, 9, 7]]);
    expect(left(span('09T09:00'))).toEqual([[2, 8, 7]]);
    expect(left(span('04T09:00'), span('06T09:00', '07T09:00'))).toEqual([
      [2, 3, 2],
      [5, 5, 1],
      [8, 9, 2],
    ]);
  });

  it('is nothing within a longer span, and is not changed by an extra run between two occurrences', () => {
    expect(left(span('01T09:00', '12T09:00'), span('05T09:00'))).toEqual([]);
    expect(left(span('04T12:00'))).toEqual([
      [2, 4, 3],
      [5, 9, 5],
    ]);
  });
});
