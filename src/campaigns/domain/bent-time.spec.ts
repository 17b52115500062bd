import { describe, expect, it } from '@jest/globals';
import { firstBent } from './bent-time.js';
import type { Schedule } from './schedule.js';
import { toInstant } from './wall-time.js';

const FROM = new Date('2026-11-22T12:00:00Z');
const TO = new Date('2031-11-22T12:00:00Z');

function bentAt(anchorLocal: string, rule: Partial<Schedule>, timeZone = 'Europe/Berlin'): string | null {
  const anchorAt = toInstant(anchorLocal, timeZone).at;
  const plain = { frequency: null, interval: 1, weekdays: null, cron: null, until: null };
  return firstBent({ ...plain, anchorAt, anchorLocal, timeZone, ...rule }, FROM, TO)?.local ?? null;
}

describe('the first occurrence that DST bends', () => {
  it('is found in a gap and in an overlap, wherever the zone is', () => {
    expect(bentAt('2026-12-01T02:30:00', { frequency: 'daily' })).toBe('2027-03-28T03:30:00');
    expect(bentAt('2027-06-01T02:30:00', { frequency: 'daily' })).toBe('2027-10-31T02:30:00');
    expect(bentAt('2026-12-01T02:30:00', { frequency: 'daily' }, 'America/New_York')).toBe('2027-03-14T03:30:00');
    expect(bentAt('2026-12-01T00:30:00', { frequency: 'daily' }, 'America/Santiago')).toBe('2027-09-05T01:30:00');
  });

  it('is far ahead for a rule that seldom meets the change', () => {
    // 25 March is the last Sunday of the month in 2029 only.
    expect(bentAt('2027-03-25T02:30:00', { frequency: 'yearly' })).toBe('2029-03-25T03:30:00');
  });

  it('is not there for other times, other days, other zones, or after the end', () => {
    expect(bentAt('2026-12-01T10:00:00', { frequency: 'daily' })).toBeNull();
    expect(bentAt('2026-12-01T02:30:00', { frequency: 'weekly', weekdays: ['monday'] })).toBeNull();
    expect(bentAt('2026-12-01T02:30:00', { frequency: 'daily' }, 'UTC')).toBeNull();
    expect(bentAt('2026-12-01T02:30:00', { frequency: 'hourly' })).toBeNull();
    expect(bentAt('2026-12-01T02:30:00', { frequency: 'daily', until: new Date('2027-03-01T00:00:00Z') })).toBeNull();
  });

  it('is not a month end that was only clamped', () => {
    // The clocks of Auckland change on 30 September 2029.
    expect(bentAt('2026-12-31T10:00:00', { frequency: 'monthly' }, 'Pacific/Auckland')).toBeNull();
  });

  it.each(['*/15 1-4 * * *', '*/5 0-6 * * *', '* * 0-22 * * *', '0,30 2 * * *'])(
    'is found for a cron expression with several times, %s, where they happen twice',
    (cron) => expect(bentAt('2026-12-01T00:00:00', { cron })).toBe('2027-10-31T02:00:00'),
  );

  it('is not before the time from which it is looked for', () => {
    const from = new Date('2027-10-31T00:40:00Z');
    const plain = { frequency: null, interval: 1, weekdays: null, until: null, timeZone: 'Europe/Berlin' };
    const anchor = { anchorAt: FROM, anchorLocal: '2026-11-22T13:00:00' };
    expect(firstBent({ ...plain, ...anchor, cron: '*/5 0-6 * * *' }, from, TO)?.at).toEqual(from);
  });

  it('is found for a cron expression with one time of day, not for one that runs on real time', () => {
    expect(bentAt('2026-12-01T00:00:00', { cron: '30 2 * * *' })).toBe('2027-03-28T03:00:00');
    expect(bentAt('2026-12-01T00:00:00', { cron: '*/15 * * * *' })).toBeNull();
  });
});
