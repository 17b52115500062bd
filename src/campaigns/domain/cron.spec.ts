import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { soon } from '../../../test/support/hostile.js';
import { countCron, latestCron, nextCron, validateCron } from './cron.js';

// Thousands of cases; a busy machine may need longer than Jest's five seconds.
jest.setTimeout(60_000);

const epoch = new Date(0);

function nextRuns(expr: string, zone: string, after: string, count: number) {
  const found = [];
  for (let at = new Date(after); found.length < count; at = found.at(-1)!.at)
    found.push(nextCron(expr, zone, at, epoch)!);
  return found;
}

describe('validateCron', () => {
  it.each([
    '0 9 * * 1-5',
    '*/15 * * * *',
    '30 0 9 * * MON',
    '0 0 29 2 *',
    '0 8 L * *',
    '0 8 * * FRI#2',
    '0 0 1 * +MON',
    '0 0 ? * 7',
  ])('accepts %s', (expr) => expect(validateCron(expr)).toBeNull());

  it.each([
    ['a date that never comes', '0 0 30 2 *', /never fires/],
    ['another one', '0 0 31 4,6,9,11 *', /never fires/],
    ['a nickname', '@daily', /five or six fields/],
    ['an event that is no time', '@reboot', /five or six fields/],
    ['a date instead of a pattern', '2026-02-01T10:00:00', /has 1\.$/],
    ['a date in five words', 'Sun, 01 Feb 2026 10:00:00', /illegal characters/],
    ['a field for the year', '0 0 9 * * * 2027', /has 7\.$/],
    ['nothing', '', /five or six fields/],
    ['a minute that does not exist', '60 * * * *', /Invalid value for minute/],
    ['a step of zero', '*/0 * * * *', /illegal stepping/],
    ['words', 'every day at nine o clock', /illegal characters|five or six/],
  ])('refuses %s', (_, expr, reason) => expect(validateCron(expr)).toMatch(reason));
});

describe('a cron expression', () => {
  it('fires on the wall clock of its zone, strictly later and never before the anchor', () => {
    const anchor = new Date('2026-01-05T08:00:00Z');
    const first = nextCron('0 9 * * 1-5', 'Europe/Berlin', epoch, anchor);
    expect(first).toEqual({ at: anchor, local: '2026-01-05T09:00:00', note: null });
    expect(nextCron('0 9 * * 1-5', 'Europe/Berlin', anchor, anchor)?.local).toBe('2026-01-06T09:00:00');
    expect(latestCron('0 9 * * 1-5', 'Europe/Berlin', anchor, anchor)).toEqual(first);
    expect(latestCron('0 9 * * 1-5', 'Europe/Berlin', new Date(anchor.getTime() - 1), anchor)).toBeNull();
  });

  it('fires on the second with six fields', () => {
    const found = nextRuns('*/20 * * * * *', 'UTC', '2026-01-01T00:00:00.500Z', 3);
    expect(found.map(({ at }) => at.getUTCSeconds())).toEqual([20, 40, 0]);
  });

  it('at a single time that the clocks leave out fires when they have gone forward, and says so', () => {
    const [gap, after] = nextRuns('30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', 2);
    expect(gap).toEqual({
      at: new Date('2026-03-08T07:00:00Z'),
      local: '2026-03-08T03:00:00',
      note: '02:30 does not exist on this day in America/New_York (clocks go forward); moved to 03:00',
    });
    expect(after?.note).toBeNull();
    expect(latestCron('30 2 * * *', 'America/New_York', gap!.at, epoch)).toEqual(gap);
  });

  it('at a single time that happens twice fires the first time only, and says so', () => {
    const found = nextRuns('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', 2);
    expect(found.map(({ at }) => at.toISOString().slice(5, 16))).toEqual(['11-01T05:30', '11-02T06:30']);
    expect(found[0]?.note).toMatch(/^01:30 happens twice on this day in America\/New_York/);
  });

  it.each([
    ['0 2,14 * * *', ['02:00', '14:00']],
    ['0,30 2 * * *', ['02:00', '02:30']],
    ['*/20 1-3 * * *', ['01:00', '01:20', '01:40', '02:00', '02:20', '02:40', '03:00', '03:20', '03:40']],
    ['15 30 2,3 * * *', ['02:30', '03:30']],
  ])('at several times, %s, runs each once on the day on which an hour happens twice, and says so', (expr, times) => {
    const found = nextRuns(expr, 'Europe/Berlin', '2027-10-30T22:00:00Z', times.length + 1);
    expect(found.map(({ local }) => local.slice(11, 16))).toEqual([...times, times[0]]);
    for (const { local, note } of found.slice(0, -1))
      expect(note !== null && note.includes('happens twice')).toBe(local.slice(11, 13) === '02');
    expect(found.at(-1)!.note).toBeNull();
    for (const { at } of found) expect(latestCron(expr, 'Europe/Berlin', at, epoch)?.at).toEqual(at);
    expect(countCron(expr, 'Europe/Berlin', new Date('2027-10-30T22:00:00Z'), new Date('2027-10-31T22:59:59Z'))).toBe(
      times.length,
    );
  });

  it('of every hour skips the one that is left out and runs through the one that happens twice', () => {
    const spring = nextRuns('0 * * * *', 'America/New_York', '2026-03-08T05:30:00Z', 2);
    expect(spring.map(({ local }) => local.slice(11, 16))).toEqual(['01:00', '03:00']);
    const autumn = nextRuns('0 * * * *', 'America/New_York', '2026-11-01T04:30:00Z', 3);
    expect(autumn.map(({ local, note }) => [local.slice(11, 16), note])).toEqual([
      ['01:00', null],
      ['01:00', null],
      ['02:00', null],
    ]);
  });

  it('that fires every second of some hours is past the one that happens twice at once', async () => {
    const [first, second] = [new Date('2027-10-31T00:59:59Z'), new Date('2027-10-31T01:59:59Z')];
    // One by one each of them is a second of work.
    await soon(() => {
      for (let look = 0; look < 5; look += 1) {
        expect(nextCron('* * 0-3 * * *', 'Europe/Berlin', first, epoch)?.local).toBe('2027-10-31T03:00:00');
        expect(latestCron('* * 2 * * *', 'Europe/Berlin', second, epoch)?.at).toEqual(first);
      }
    });
  });

  it('that fires every second is counted over a year without enumerating it', async () => {
    const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-12-31T23:59:59Z')];
    expect(await soon(() => countCron('* * * * * *', 'Europe/Berlin', from, to))).toBe(365 * 86_400);
  });
});

describe('any cron expression, in any zone', () => {
  const field = (min: number, max: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min, max }).map(String),
      fc.integer({ min: 2, max: 20 }).map((step) => `*/${Math.min(step, max)}`),
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 3 }).map((list) => list.join(',')),
    );
  const expressions = fc
    .tuple(
      fc.constantFrom('', '0 ', '*/30 ', '5,50 '),
      field(0, 59),
      field(0, 5),
      field(1, 28),
      field(1, 12),
      field(0, 6),
    )
    .map(([second, ...fields]) => second + fields.join(' '));
  const zones = fc.constantFrom(
    'UTC',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'Pacific/Apia',
    'America/Nuuk',
  );
  const moments = fc.tuple(zones, fc.integer({ min: 2010, max: 2039 }), fc.integer({ min: -7200, max: 7200 }));
  /** An instant within two hours of a change of the clocks, where there is one. */
  const around = ([zone, year, distance]: [string, number, number]) => {
    const change = Temporal.ZonedDateTime.from(`${year}-01-01T00:00[${zone}]`).getTimeZoneTransition('next');
    return { zone, t: new Date((change?.epochMilliseconds ?? Date.UTC(year, 5, 1)) + distance * 1000) };
  };

  it('has the latest time as the inverse of the next, strictly increasing', () => {
    fc.assert(
      fc.property(expressions, moments.map(around), (expr, { zone, t }) => {
        const [next, latest] = [nextCron(expr, zone, t, epoch), latestCron(expr, zone, t, epoch)];
        fc.pre(next !== null && latest !== null);
        expect(latest.at <= t && t < next.at).toBe(true);
        expect(nextCron(expr, zone, latest.at, epoch)).toEqual(next);
        expect(latestCron(expr, zone, new Date(next.at.getTime() - 1), epoch)).toEqual(latest);
        expect(latestCron(expr, zone, next.at, epoch)).toEqual(next);
      }),
      { numRuns: 600 },
    );
  });

  it('is counted as often as it is enumerated', () => {
    fc.assert(
      fc.property(expressions, moments.map(around), fc.integer({ min: 1, max: 120 }), (expr, { zone, t }, runs) => {
        const found = [nextCron(expr, zone, t, epoch)!];
        while (found.length < runs) found.push(nextCron(expr, zone, found.at(-1)!.at, epoch)!);
        expect(countCron(expr, zone, new Date(t.getTime() + 1), found.at(-1)!.at)).toBe(runs);
      }),
      { numRuns: 100 },
    );
  });
});
