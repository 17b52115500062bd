import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  bentNote,
  formatTimeOfDay,
  formatWall,
  parseScheduleTime,
  readWall,
  toInstant,
  toWallTime,
  writeWall,
} from './wall-time.js';

// Thousands of cases; a busy machine may need longer than Jest's five seconds.
jest.setTimeout(60_000);

describe('toInstant', () => {
  const cases: [string, string, string, string, string | null][] = [
    ['an ordinary summer time', '2026-07-01T10:00:00', 'Europe/Berlin', '2026-07-01T08:00:00.000Z', null],
    ['a time with milliseconds', '2026-01-01T00:00:00.250', 'UTC', '2026-01-01T00:00:00.250Z', null],
    ['a gap in Berlin, one hour on', '2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00.000Z', 'gap'],
    ['the first moment of a gap', '2026-03-29T02:00:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z', 'gap'],
    ['the first moment after a gap', '2026-03-29T03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z', null],
    [
      'an overlap in New York, the first',
      '2026-11-01T01:30:00',
      'America/New_York',
      '2026-11-01T05:30:00.000Z',
      'overlap',
    ],
    ['the end of an overlap', '2026-11-01T02:00:00', 'America/New_York', '2026-11-01T07:00:00.000Z', null],
    ['a midnight gap in Sao Paulo', '2018-11-04T00:00:00', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 'gap'],
    ['a half-hour gap on Lord Howe', '2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z', 'gap'],
    [
      'a half-hour overlap on Lord Howe',
      '2026-04-05T01:45:00',
      'Australia/Lord_Howe',
      '2026-04-04T14:45:00.000Z',
      'overlap',
    ],
    ['a day that Apia skipped', '2011-12-30T10:00:00', 'Pacific/Apia', '2011-12-30T20:00:00.000Z', 'gap'],
    ['Kathmandu at +05:45', '2026-02-01T10:00:00', 'Asia/Kathmandu', '2026-02-01T04:15:00.000Z', null],
  ];
  it.each(cases)('resolves %s', (_, local, zone, at, bent) => {
    const resolved = toInstant(local, zone);
    expect([resolved.at.toISOString(), resolved.bent]).toEqual([at, bent]);
  });

  it('agrees with Temporal everywhere, most of all around every change of the clocks', () => {
    const zones = ['Africa/Casablanca', 'America/Nuuk', 'America/Sao_Paulo', 'Antarctica/Troll', 'Asia/Tehran']
      .concat(['Australia/Lord_Howe', 'Europe/Berlin', 'Europe/Dublin', 'Pacific/Apia', 'Pacific/Kiritimati'])
      .map((zone) => ({ zone, changes: changesOfClocks(zone, 1990, 2040) }));
    const times = fc.constantFrom(...zones).chain(({ zone, changes }) => {
      const anywhen = fc.integer({ min: Date.UTC(1990, 0, 1) / 1000, max: Date.UTC(2040, 0, 1) / 1000 });
      const nearChange = fc
        .tuple(fc.constantFrom(...changes), fc.integer({ min: -30 * 3600, max: 30 * 3600 }))
        .map(([change, distance]) => change / 1000 + distance);
      return fc.tuple(fc.constant(zone), fc.oneof(anywhen, nearChange, nearChange));
    });
    fc.assert(
      fc.property(times, ([zone, seconds]) => {
        const local = writeWall(seconds * 1000);
        const plain = Temporal.PlainDateTime.from(local);
        const [compatible, earlier, later] = (['compatible', 'earlier', 'later'] as const).map(
          (disambiguation) => plain.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
        );
        const bent = earlier === later ? null : compatible === earlier ? 'overlap' : 'gap';
        expect(toInstant(local, zone)).toEqual({ at: new Date(compatible!), bent });
        if (bent !== 'gap') expect(toWallTime(new Date(compatible!), zone)).toBe(local);
      }),
      { numRuns: 2000 },
    );
  });
});

function changesOfClocks(zone: string, fromYear: number, toYear: number): number[] {
  const changes: number[] = [];
  let at = Temporal.ZonedDateTime.from(`${fromYear}-01-01T00:00[${zone}]`).getTimeZoneTransition('next');
  for (; at && at.year < toYear; at = at.getTimeZoneTransition('next')) changes.push(at.epochMilliseconds);
  return changes;
}

describe('wall times as text', () => {
  it('come back from milliseconds unchanged, with a fraction only where there is one', () => {
    expect(writeWall(readWall('2026-02-01T10:00:00'))).toBe('2026-02-01T10:00:00');
    expect(writeWall(readWall('2026-02-01T10:00:00.007'))).toBe('2026-02-01T10:00:00.007');
  });

  it('are written for people without a zone changing them', () => {
    expect(formatWall('2026-11-28T00:00:00', 'EEE d MMM yyyy')).toBe('Sat 28 Nov 2026');
    expect(formatTimeOfDay('2026-03-29T02:30:00')).toBe('02:30');
    expect(formatTimeOfDay('2026-03-29T02:30:05')).toBe('02:30:05');
  });

  it('say in a note how a gap or an overlap bent them', () => {
    const [asked, got, zone] = ['2026-03-29T02:30:00', '2026-03-29T03:30:00', 'Europe/Berlin'];
    expect(bentNote(null, asked, asked, zone)).toBeNull();
    expect(bentNote('gap', asked, got, zone)).toBe(
      '02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30',
    );
    expect(bentNote('overlap', asked, asked, zone)).toBe(
      '02:30 happens twice on this day in Europe/Berlin (clocks go back); the first is used',
    );
    expect(bentNote('gap', '2011-12-30T10:00:00', '2011-12-31T10:00:00', 'Pacific/Apia')).toMatch(
      /moved to 10:00 on Sat 31 Dec 2011$/,
    );
  });
});

describe('parseScheduleTime', () => {
  const cases: [string, string, string, string][] = [
    ['2026-02-01T10:00:00', 'Europe/Berlin', '2026-02-01T09:00:00.000Z', '2026-02-01T10:00:00'],
    ['2026-02-01T10:00', 'UTC', '2026-02-01T10:00:00.000Z', '2026-02-01T10:00:00'],
    ['2026-02-01', 'America/New_York', '2026-02-01T05:00:00.000Z', '2026-02-01T00:00:00'],
    ['2026-02-01T10:00:00Z', 'Asia/Kathmandu', '2026-02-01T10:00:00.000Z', '2026-02-01T15:45:00'],
    ['2026-02-01T10:00-05:00', 'Europe/Berlin', '2026-02-01T15:00:00.000Z', '2026-02-01T16:00:00'],
    ['2026-02-01T10:00:00.123456', 'UTC', '2026-02-01T10:00:00.123Z', '2026-02-01T10:00:00.123'],
    ['2028-02-29T10:00:00.5+00:00', 'UTC', '2028-02-29T10:00:00.500Z', '2028-02-29T10:00:00.500'],
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z', '2026-03-29T02:30:00'],
    ['2026-10-25T02:30+01:00', 'Europe/Berlin', '2026-10-25T01:30:00.000Z', '2026-10-25T02:30:00'],
    ['1970-01-01', 'UTC', '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00'],
    ['9999-12-31T23:59:59', 'UTC', '9999-12-31T23:59:59.000Z', '9999-12-31T23:59:59'],
  ];
  it.each(cases)('reads %s in %s', (text, zone, at, local) => {
    expect(parseScheduleTime(text, zone)).toEqual({ at: new Date(at), local });
  });

  it.each([
    '2026-02-30',
    '2027-02-29T10:00',
    '2026-13-01',
    '2026-00-10',
    '2026-02-01T25:00',
    '2026-02-01T24:00',
    '2026-02-01T10:60',
    '2026-02-01T10:00:60',
    '2026-02-01T10',
    '2026-02-01 10:00',
    '2026-2-1',
    '20260201T100000Z',
    '2026-02-01Z',
    'tomorrow',
    '',
    '2026-02-01T10:00+24:00',
    '2026-02-01T10:00+02:60',
    '2026-02-01T10:00 ',
    '1969-12-31',
    '1970-01-01T00:00+02:00',
    '9999-12-31T23:59-01:00',
    '12026-02-01',
    '2026-02-01T10:00:00.1234567890',
  ])('refuses %p', (text) => {
    expect(parseScheduleTime(text, 'UTC')).toBeNull();
  });
});
