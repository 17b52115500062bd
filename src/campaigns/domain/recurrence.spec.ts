import { describe, expect, it } from '@jest/globals';
import { soon } from '../../../test/support/hostile.js';
import { countOccurrences, latestOccurrence, nextOccurrence, occurrences } from './recurrence.js';
import type { Occurrence, Schedule } from './schedule.js';
import { toInstant } from './wall-time.js';

function schedule(anchorLocal: string, timeZone: string, rule: Partial<Schedule>): Schedule {
  const plain = { frequency: null, interval: 1, weekdays: null, cron: null, until: null };
  return { ...plain, anchorAt: toInstant(anchorLocal, timeZone).at, anchorLocal, timeZone, ...rule };
}
const locals = (found: Occurrence[]) => found.map(({ local }) => local);
const notes = (found: Occurrence[]) => found.map(({ note }) => note);
const start = new Date(0);

describe('a schedule on elapsed time', () => {
  it('keeps its interval to the millisecond while the clocks change', () => {
    const hourly = schedule('2026-10-25T00:00:00', 'Europe/Berlin', { frequency: 'hourly' });
    const found = occurrences(hourly, start, 5);
    expect(found.map(({ at }) => at.getTime() - found[0]!.at.getTime())).toEqual(
      [0, 1, 2, 3, 4].map((n) => n * 3_600_000),
    );
    expect(locals(found).map((local) => local.slice(11, 16))).toEqual(['00:00', '01:00', '02:00', '02:00', '03:00']);
  });

  it('answers after twenty years of seconds as fast as after one', async () => {
    const everyTenSeconds = schedule('2006-01-01T00:00:03', 'UTC', { frequency: 'secondly', interval: 10 });
    await soon(() => {
      for (let n = 0; n < 1000; n += 1) nextOccurrence(everyTenSeconds, new Date('2026-01-01T00:00:03Z'));
    });
    expect(nextOccurrence(everyTenSeconds, new Date('2026-01-01T00:00:03Z'))?.local).toBe('2026-01-01T00:00:13');
    expect(countOccurrences(everyTenSeconds, start, new Date('2026-01-01T00:00:02.999Z'))).toBe(63_115_200);
  });
});

describe('what is due once', () => {
  it.each([
    ['2027-03-28T02:30:00', '02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30'],
    ['2027-10-31T02:30:00', '02:30 happens twice on this day in Europe/Berlin (clocks go back); the first is used'],
    ['2027-06-01T02:30:00', null],
  ])('says where the clocks bend %s', (local, note) => {
    expect(notes(occurrences(schedule(local, 'Europe/Berlin', {}), start, 2))).toEqual([note]);
  });

  it('says nothing of the second of two equal times, where that is meant', () => {
    const anchorAt = new Date('2027-10-31T01:30:00Z');
    const second = schedule('2027-10-31T02:30:00', 'Europe/Berlin', { anchorAt });
    expect(occurrences(second, start, 1)).toEqual([{ at: anchorAt, local: '2027-10-31T02:30:00', note: null }]);
  });
});

describe('a schedule on the calendar', () => {
  it('moves a time the clocks leave out forward, once, and says so', () => {
    const found = occurrences(schedule('2026-03-28T02:30:00', 'Europe/Berlin', { frequency: 'daily' }), start, 3);
    expect(locals(found)).toEqual(['2026-03-28T02:30:00', '2026-03-29T03:30:00', '2026-03-30T02:30:00']);
    expect(notes(found)).toEqual([
      null,
      '02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30',
      null,
    ]);
  });

  it('uses the first of two equal times, once, and says so', () => {
    const found = occurrences(schedule('2026-10-31T01:30:00', 'America/New_York', { frequency: 'daily' }), start, 3);
    expect(found.map(({ at }) => at.toISOString().slice(5, 16))).toEqual(['10-31T05:30', '11-01T05:30', '11-02T06:30']);
    expect(notes(found)[1]).toBe(
      '01:30 happens twice on this day in America/New_York (clocks go back); the first is used',
    );
  });

  it('is not due again when its time comes round the second time', () => {
    const daily = schedule('2026-10-31T01:30:00', 'America/New_York', { frequency: 'daily' });
    const secondTenPastOne = new Date('2026-11-01T06:10:00Z');
    expect(latestOccurrence(daily, secondTenPastOne)?.at.toISOString()).toBe('2026-11-01T05:30:00.000Z');
    expect(nextOccurrence(daily, secondTenPastOne)?.local).toBe('2026-11-02T01:30:00');
  });

  it('starts at the anchor itself when the second of two equal times was meant', () => {
    const anchorAt = new Date('2026-11-01T06:30:00Z');
    const daily = schedule('2026-11-01T01:30:00', 'America/New_York', { frequency: 'daily', anchorAt });
    const [first, second] = occurrences(daily, start, 2);
    expect(first).toEqual({ at: anchorAt, local: '2026-11-01T01:30:00', note: null });
    expect(second?.at.toISOString()).toBe('2026-11-02T06:30:00.000Z');
    expect(latestOccurrence(daily, new Date(anchorAt.getTime() - 1))).toBeNull();
  });

  it('keeps the wall time of an anchor that its own day does not have', () => {
    const daily = schedule('2026-03-29T02:30:00', 'Europe/Berlin', { frequency: 'daily' });
    expect(locals(occurrences(daily, start, 2))).toEqual(['2026-03-29T03:30:00', '2026-03-30T02:30:00']);
  });

  it('clamps the 31st to the end of shorter months, counted from the anchor', () => {
    const found = occurrences(schedule('2027-01-31T10:00:00', 'UTC', { frequency: 'monthly' }), start, 4);
    expect(locals(found).map((local) => local.slice(5, 10))).toEqual(['01-31', '02-28', '03-31', '04-30']);
    expect(notes(found)[1]).toBe('February 2027 has no 31st; moved to the 28th');
  });

  it('clamps 29 February to the 28th in common years', () => {
    const found = occurrences(schedule('2024-02-29T10:00:00', 'UTC', { frequency: 'yearly' }), start, 5);
    expect(locals(found).map((local) => local.slice(5, 10))).toEqual(['02-29', '02-28', '02-28', '02-28', '02-29']);
    expect(notes(found)[1]).toBe('February 2025 has no 29th; moved to the 28th');
  });

  it('gives both reasons when a month end and the clocks move it', () => {
    const monthly = schedule('2027-01-31T00:30:00', 'Africa/Cairo', { frequency: 'monthly' });
    const april = occurrences(monthly, start, 4)[3];
    expect(april?.local).toBe('2027-04-30T01:30:00');
    expect(april?.note).toBe(
      'April 2027 has no 31st; moved to the 30th; ' +
        '00:30 does not exist on this day in Africa/Cairo (clocks go forward); moved to 01:30',
    );
  });

  it('runs at 01:00 where midnight itself is left out', () => {
    const found = occurrences(schedule('2018-11-03T00:00:00', 'America/Sao_Paulo', { frequency: 'daily' }), start, 3);
    expect(locals(found)).toEqual(['2018-11-03T00:00:00', '2018-11-04T01:00:00', '2018-11-05T00:00:00']);
  });

  it('moves half an hour where daylight saving is half an hour', () => {
    const found = occurrences(schedule('2026-10-03T02:15:00', 'Australia/Lord_Howe', { frequency: 'daily' }), start, 3);
    expect(locals(found)).toEqual(['2026-10-03T02:15:00', '2026-10-04T02:45:00', '2026-10-05T02:15:00']);
  });
});

describe('a date that a zone leaves out', () => {
  const before = '2011-12-28T10:00:00';

  it('is no occurrence of its own where the next day has one at the same instant', () => {
    const daily = schedule(before, 'Pacific/Apia', { frequency: 'daily' });
    const found = occurrences(daily, start, 4);
    expect(locals(found).map((local) => local.slice(5, 10))).toEqual(['12-28', '12-29', '12-31', '01-01']);
    expect(notes(found)).toEqual([null, null, null, null]);
    expect(countOccurrences(daily, start, found[3]!.at)).toBe(4);
    expect(latestOccurrence(daily, found[2]!.at)).toEqual(found[2]);
  });

  it('moves to the next date where nothing else is due then', () => {
    const fridays = schedule(before, 'Pacific/Apia', { frequency: 'weekly', weekdays: ['friday'] });
    const [first, second] = occurrences(fridays, start, 2);
    expect(first?.local).toBe('2011-12-31T10:00:00');
    expect(first?.note).toContain(
      'does not exist on this day in Pacific/Apia (clocks go forward); moved to 10:00 on Sat 31 Dec',
    );
    expect(second?.local).toBe('2012-01-06T10:00:00');
  });
});

describe('a weekly schedule', () => {
  const wednesday = '2026-01-07T09:00:00';

  it('recurs on the day of its anchor without weekdays', () => {
    const found = occurrences(schedule(wednesday, 'UTC', { frequency: 'weekly', interval: 2 }), start, 3);
    expect(locals(found).map((local) => local.slice(5, 10))).toEqual(['01-07', '01-21', '02-04']);
  });

  it('starts on the first listed weekday at or after its anchor', () => {
    const rule = { frequency: 'weekly', weekdays: ['friday', 'monday'] } as const;
    const found = occurrences(schedule(wednesday, 'UTC', { ...rule, weekdays: [...rule.weekdays] }), start, 4);
    expect(locals(found).map((local) => local.slice(5, 10))).toEqual(['01-09', '01-12', '01-16', '01-19']);
  });

  it('counts every second week from the week of its anchor, Monday first', () => {
    const weekdays: Schedule['weekdays'] = ['monday', 'sunday'];
    const found = occurrences(schedule(wednesday, 'UTC', { frequency: 'weekly', interval: 2, weekdays }), start, 4);
    expect(locals(found).map((local) => local.slice(5, 10))).toEqual(['01-11', '01-19', '01-25', '02-02']);
  });
});

describe('the end of a schedule', () => {
  const daily = schedule('2026-01-01T10:00:00', 'UTC', { frequency: 'daily', until: new Date('2026-01-03T10:00:00Z') });

  it('includes the instant of until and nothing later', () => {
    expect(locals(occurrences(daily, start, 10))).toHaveLength(3);
    expect(nextOccurrence(daily, new Date('2026-01-03T10:00:00Z'))).toBeNull();
    expect(latestOccurrence(daily, new Date('2030-01-01Z'))?.local).toBe('2026-01-03T10:00:00');
    expect(countOccurrences(daily, start, new Date('2030-01-01Z'))).toBe(3);
  });

  it('comes before the year 10000 even without until', () => {
    const anchorLocal = '2026-01-31T10:00:00';
    for (const frequency of ['secondly', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const) {
      const rare = schedule(anchorLocal, 'Europe/Berlin', { frequency, interval: 1e12 });
      expect(occurrences(rare, start, 5)).toHaveLength(1);
      const inGap = schedule('2026-03-29T02:30:00', 'Europe/Berlin', { frequency, interval: 1e12 });
      expect(occurrences(inGap, start, 5)).toHaveLength(1);
      expect(nextOccurrence(schedule(anchorLocal, 'UTC', { frequency }), new Date(8.64e15))).toBeNull();
    }
  });

  it('is its only occurrence for a schedule that does not recur', () => {
    const once = schedule('2026-11-28T00:00:00', 'UTC', {});
    expect(locals(occurrences(once, start, 5))).toEqual(['2026-11-28T00:00:00']);
    expect(countOccurrences(once, start, new Date('2030-01-01Z'))).toBe(1);
    expect(latestOccurrence(once, new Date('2026-11-27Z'))).toBeNull();
  });
});

describe('a schedule by cron', () => {
  it('answers the same questions, from its anchor to until', () => {
    const until = new Date('2026-01-08T08:00:00Z');
    const workdays = schedule('2026-01-02T12:00:00', 'Europe/Berlin', { cron: '0 9 * * 1-5', until });
    expect(locals(occurrences(workdays, start, 9)).map((local) => local.slice(5, 10))).toEqual([
      '01-05',
      '01-06',
      '01-07',
      '01-08',
    ]);
    expect(latestOccurrence(workdays, new Date('2026-01-05T07:59:59Z'))).toBeNull();
    expect(latestOccurrence(workdays, new Date('2027-01-01Z'))?.at).toEqual(until);
    expect(countOccurrences(workdays, start, new Date('2027-01-01Z'))).toBe(4);
  });
});
