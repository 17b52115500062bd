import { describe, expect, it } from '@jest/globals';
import { recurrenceMessage } from './recurrence-message.js';
import { nextOccurrence } from './recurrence.js';
import type { Schedule } from './schedule.js';
import { toInstant } from './wall-time.js';

type Campaign = Parameters<typeof recurrenceMessage>[0];

/** The message for a campaign anchored on Monday 25 January 2027 at 10:00 in Berlin, asked at `now`. */
function message(rule: Partial<Schedule>, campaign: Partial<Campaign> = {}, now = '2027-01-25T12:00:00Z'): string {
  const anchorLocal = rule.anchorLocal ?? '2027-01-25T10:00:00';
  const timeZone = rule.timeZone ?? 'Europe/Berlin';
  const plain = { frequency: null, interval: 1, weekdays: null, cron: null, until: null };
  const schedule = { ...plain, anchorLocal, timeZone, anchorAt: toInstant(anchorLocal, timeZone).at, ...rule };
  const next = nextOccurrence(schedule, new Date(now));
  return recurrenceMessage({ schedule, next, runs: 3, maxRuns: null, status: 'pending', ...campaign });
}

describe('the recurrence message', () => {
  it('tells the rule, the next occurrence and the runs so far', () => {
    expect(message({ frequency: 'weekly', interval: 2 })).toBe(
      'Every 2 weeks on Monday at 10:00 Europe/Berlin; next Mon 8 Feb 2027; 3 runs so far',
    );
  });

  it('of a one-time campaign tells only when', () => {
    const once = { anchorLocal: '2026-11-28T00:00:00', timeZone: 'UTC' };
    expect(message(once, { runs: 0 })).toBe('Once on Sat 28 Nov 2026 at 00:00 UTC');
    expect(message(once, { runs: 1, status: 'completed' })).toBe('Once on Sat 28 Nov 2026 at 00:00 UTC');
    expect(message({ anchorLocal: '2027-03-28T02:30:00' })).toBe('Once on Sun 28 Mar 2027 at 03:30 Europe/Berlin');
  });

  it('names no zone where each contact has its own', () => {
    const own = { recipientTimeZone: true };
    expect(message({ frequency: 'daily' }, own)).toBe(
      "Every day at 10:00 in each contact's own time zone; next Tue 26 Jan 2027; 3 runs so far",
    );
    expect(message({ cron: '0 9 * * 1' }, own)).toMatch(
      /^Every Monday at 09:00 in each contact's own time zone \(cron `0 9 \* \* 1`\); next/,
    );
    expect(message({ anchorLocal: '2027-03-28T02:30:00' }, own)).toBe(
      "Once on Sun 28 Mar 2027 at 02:30 in each contact's own time zone",
    );
  });

  it.each<[Partial<Schedule>, string]>([
    [{ frequency: 'secondly' }, 'Every second; next Mon 25 Jan 2027 at 13:00:01 Europe/Berlin'],
    [{ frequency: 'secondly', interval: 60 }, 'Every 60 seconds; next Mon 25 Jan 2027 at 13:01:00 Europe/Berlin'],
    [{ frequency: 'secondly', interval: 10 }, 'Every 10 seconds; next Mon 25 Jan 2027 at 13:00:10 Europe/Berlin'],
    [{ frequency: 'minutely', interval: 15 }, 'Every 15 minutes; next Mon 25 Jan 2027 at 13:15 Europe/Berlin'],
    [{ frequency: 'hourly' }, 'Every hour; next Mon 25 Jan 2027 at 14:00 Europe/Berlin'],
    [{ frequency: 'daily' }, 'Every day at 10:00 Europe/Berlin; next Tue 26 Jan 2027'],
    [{ frequency: 'daily', interval: 3 }, 'Every 3 days at 10:00 Europe/Berlin; next Thu 28 Jan 2027'],
    [{ frequency: 'weekly' }, 'Every Monday at 10:00 Europe/Berlin; next Mon 1 Feb 2027'],
    [
      { frequency: 'weekly', weekdays: ['thursday', 'monday'] },
      'Every Monday and Thursday at 10:00 Europe/Berlin; next Thu 28 Jan 2027',
    ],
    [
      { frequency: 'weekly', interval: 2, weekdays: ['sunday', 'friday', 'monday'] },
      'Every 2 weeks on Monday, Friday and Sunday at 10:00 Europe/Berlin; next Fri 29 Jan 2027',
    ],
    [{ frequency: 'monthly' }, 'Every month on the 25th at 10:00 Europe/Berlin; next Thu 25 Feb 2027'],
    [
      { frequency: 'monthly', interval: 3, anchorLocal: '2026-12-31T09:30:15' },
      'Every 3 months on the 31st (or the last day) at 09:30:15 Europe/Berlin; next Wed 31 Mar 2027',
    ],
    [{ frequency: 'yearly' }, 'Every year on 25 January at 10:00 Europe/Berlin; next Tue 25 Jan 2028'],
    [
      { frequency: 'yearly', interval: 2, anchorLocal: '2024-02-29T10:00:00' },
      'Every 2 years on 29 February (or the last day) at 10:00 Europe/Berlin; next Tue 29 Feb 2028',
    ],
    [
      { cron: '0 9 * * 1-5' },
      'Monday to Friday at 09:00 Europe/Berlin (cron `0 9 * * 1-5`); next Tue 26 Jan 2027 at 09:00',
    ],
  ])('describes %j', (rule, expected) => {
    expect(message(rule)).toBe(`${expected}; 3 runs so far`);
  });

  it('gives the time of the next occurrence where the clocks moved it', () => {
    const rule = { frequency: 'daily', anchorLocal: '2027-01-01T02:30:00' } as const;
    expect(message(rule, {}, '2027-03-27T12:00:00Z')).toContain('; next Sun 28 Mar 2027 at 03:30; ');
  });

  it('counts runs, against their limit where there is one', () => {
    expect(message({ frequency: 'daily' }, { runs: 0 })).toMatch(/; no runs yet$/);
    expect(message({ frequency: 'daily' }, { runs: 1 })).toMatch(/; 1 run so far$/);
    expect(message({ frequency: 'daily' }, { maxRuns: 10 })).toMatch(/; 3 of 10 runs so far$/);
  });

  it('names the end and says when it is reached', () => {
    const until = new Date('2027-02-01T09:00:00Z');
    expect(message({ frequency: 'weekly', until })).toBe(
      'Every Monday at 10:00 Europe/Berlin until Mon 1 Feb 2027 at 10:00; next Mon 1 Feb 2027; 3 runs so far',
    );
    expect(message({ frequency: 'weekly', until }, {}, until.toISOString())).toContain('; no further occurrence; ');
    expect(message({ frequency: 'weekly' }, { status: 'completed' })).toContain('; no further occurrence; ');
  });

  it.each(['draft', 'paused', 'cancelled', 'failed'] as const)('says %s instead of a next occurrence', (status) => {
    expect(message({ frequency: 'daily' }, { status })).toBe(
      `Every day at 10:00 Europe/Berlin; ${status}; 3 runs so far`,
    );
  });

  it('tells the next occurrence while a run is processing', () => {
    expect(message({ frequency: 'daily' }, { status: 'processing' })).toContain('; next Tue 26 Jan 2027; ');
  });
});
