import { describe, expect, it } from '@jest/globals';
import { occurrences } from '../../campaigns/domain/recurrence.js';
import type { Schedule } from '../../campaigns/domain/schedule.js';
import { toInstant } from '../../campaigns/domain/wall-time.js';
import { lint } from './lint.js';
import type { LintSubject } from './lint-rule.js';

const NOW = new Date('2026-11-22T12:00:00Z');

/** A campaign that nothing is wrong with, but for what the test says; its occurrences follow from its schedule. */
function linted(overrides: Partial<Omit<LintSubject, 'schedule'>> & { schedule?: Partial<Schedule> } = {}) {
  const anchorLocal = overrides.schedule?.anchorLocal ?? '2026-12-01T10:00:00';
  const timeZone = 'Europe/Berlin';
  const schedule: Schedule = {
    anchorAt: toInstant(anchorLocal, timeZone).at,
    anchorLocal,
    timeZone,
    frequency: 'daily',
    interval: 1,
    weekdays: null,
    cron: null,
    until: null,
    ...overrides.schedule,
  };
  const subject: LintSubject = {
    type: 'recurring',
    waiting: true,
    channel: 'email',
    kind: 'marketing',
    footer: 'auto',
    subject: 'Hello {{ first_name }}',
    message: 'Dear {{ first_name }}, from {{ attributes.city }}: {{ unsubscribe_url }}',
    format: 'text',
    clicks: true,
    overlap: 'skip',
    smallestPercent: null,
    now: NOW,
    next: occurrences(schedule, NOW, 10),
    audience: { contacts: 10, reachable: 9 },
    runMs: 60_000,
    heldMs: () => overrides.runMs ?? 60_000,
    zones: [],
    ...overrides,
    schedule,
    sample: {
      size: 10,
      attributes: new Set(['city']),
      longestSubject: 12,
      mostSegments: 0,
      dearBy: null,
      fault: null,
      ...overrides.sample,
    },
  };
  return lint(subject).map(({ code, pointer, message }) => ({ at: `${code} ${pointer}`, message }));
}
const codes = (...given: Parameters<typeof linted>) => linted(...given).map(({ at }) => at);
const sample = (found: Partial<LintSubject['sample']>) => ({
  sample: {
    size: 10,
    attributes: new Set(['city']),
    longestSubject: 0,
    mostSegments: 0,
    dearBy: null,
    fault: null,
    ...found,
  },
});

describe('lint', () => {
  it('warns of a test too small to find a winner by', () => {
    const audience = { contacts: 2_000, reachable: 1_000 };
    expect(codes({ audience, smallestPercent: 10 })).toEqual([]);
    expect(linted({ audience, smallestPercent: 9.9 })).toMatchObject([
      { at: 'TEST_TOO_SMALL /test_share', message: expect.stringMatching(/^About 99 /) },
    ]);
  });

  it('has nothing to say of a campaign that is as it should be', () => {
    expect(linted()).toEqual([]);
  });

  it('asks a way out of marketing only, and says what becomes of a message without one', () => {
    const message = 'Dear {{ first_name }}';
    expect(linted({ message, kind: 'transactional', footer: 'none' })).toEqual([]);
    expect(linted({ message })[0]!.message).toMatch(/footer with the link is added/);
    expect(linted({ message, footer: 'none' })[0]!.message).toMatch(/needs a way out/);
    expect(linted({ message: 'See {{ preferences_url }} {{ postal_address }} {{ unsubscribe_url }}' })).toEqual([]);
  });

  it.each<[string, Parameters<typeof linted>[0]]>([
    ['TIME_BENT_BY_DST /schedule_time', { schedule: { anchorLocal: '2026-12-01T02:30:00' } }],
    [
      'DAY_NOT_IN_EVERY_MONTH /schedule_time',
      { schedule: { anchorLocal: '2026-12-29T10:00:00', frequency: 'monthly' } },
    ],
    ['DAY_NOT_IN_EVERY_MONTH /cron', { schedule: { frequency: null, cron: '0 10 31 * *' } }],
    ...['31 1-12', '31 */1', '30,31 *', '29-31 *', '30 2,4', '31 4,6,8', '29 *'].map(
      (days): [string, Parameters<typeof linted>[0]] => [
        'DAY_NOT_IN_EVERY_MONTH /cron',
        { schedule: { frequency: null, cron: `0 10 ${days} *` } },
      ],
    ),
    ['LEAP_DAY /cron', { schedule: { frequency: null, cron: '0 10 29 2 *' } }],
    ['TIME_BENT_BY_DST /schedule_time', { schedule: { frequency: null, cron: '*/30 2 * * *' } }],
    [
      'TIME_BENT_BY_DST /schedule_time',
      { schedule: { anchorLocal: '2026-12-01T02:30:00', timeZone: 'UTC' }, zones: ['Asia/Tokyo', 'Europe/Berlin'] },
    ],
    // A run of 29 hours is over from Sunday to Wednesday, and is not from Wednesday to Thursday.
    [
      'INTERVAL_SHORTER_THAN_RUN /interval',
      { schedule: { frequency: null, cron: '0 10 * * 0,3,4' }, runMs: 29 * 3_600_000 },
    ],
    [
      'INTERVAL_SHORTER_THAN_RUN /interval',
      {
        schedule: { frequency: 'minutely' },
        heldMs: (at) => (at.getUTCHours() === 20 ? 13 * 3_600_000 : 0),
        runMs: 1_000,
      },
    ],
    ['LEAP_DAY /schedule_time', { schedule: { anchorLocal: '2028-02-29T10:00:00', frequency: 'yearly' } }],
    ['INTERVAL_SHORTER_THAN_RUN /interval', { schedule: { frequency: 'hourly' }, runMs: 3_600_001 }],
    ['RUN_OUTLASTS_DEADLINE /target_segment', { schedule: { frequency: 'monthly' }, runMs: 73 * 3_600_000 }],
    ['UNTIL_BEFORE_NEXT /until', { schedule: { until: new Date('2026-11-30T00:00:00Z') } }],
    [
      'SCHEDULE_TIME_PASSED /schedule_time',
      { type: 'one_time', schedule: { anchorLocal: '2026-11-22T10:00:00', frequency: null }, next: [] },
    ],
    ['EMPTY_AUDIENCE /target_segment', { audience: { contacts: 0, reachable: 0 } }],
    ['NOBODY_REACHABLE /target_segment', { audience: { contacts: 3, reachable: 0 } }],
    ['NO_UNSUBSCRIBE_LINK /message', { message: 'Dear {{ first_name }}, unsubscribe_url' }],
    ['UNKNOWN_VARIABLE /message', { message: '{{ name }} {{ unsubscribe_url }}' }],
    ['UNKNOWN_VARIABLE /message', { message: '{{ attributes.town }} {{ unsubscribe_url }}' }],
    ['UNKNOWN_VARIABLE /subject', { subject: '{% if vip %}Dear{% endif %} {{ first_name }}' }],
    ['NOT_UNDERSTOOD /message', { message: '{{ first_name | default: }} {{ unsubscribe_url }}' }],
    ['NOT_UNDERSTOOD /subject', { subject: '{{ first_name last_name }}' }],
    ['LINK_NOT_COUNTED /message', { message: 'https://{{ locale }}.example/ {{ unsubscribe_url }}' }],
    ['DEAD_LINK /message', { format: 'html', message: '<a href="">x</a>{{ unsubscribe_url }}' }],
    ['DEAD_LINK /message', { format: 'html', message: '<a href="http://">x</a>{{ unsubscribe_url }}' }],
    ['NO_SUBJECT /subject', { subject: null }],
    ['NO_SUBJECT /subject', { subject: '  ' }],
    ['LONG_SUBJECT /subject', sample({ longestSubject: 79 })],
    ['MANY_SEGMENTS /message', { channel: 'sms', subject: null, ...sample({ mostSegments: 11 }) }],
    ['CANNOT_BE_RENDERED /message', sample({ fault: 'undefined filter' })],
  ])('says %s', (code, given) => {
    expect(codes(given)).toEqual([code]);
  });

  it.each<[string, Parameters<typeof linted>[0]]>([
    ['the 28th', { schedule: { anchorLocal: '2026-12-28T10:00:00', frequency: 'monthly' } }],
    ['28 February', { schedule: { anchorLocal: '2027-02-28T10:00:00', frequency: 'yearly' } }],
    ['a cron expression with a month of its own', { schedule: { frequency: null, cron: '0 10 31 1 *' } }],
    ['a cron expression for every second day', { schedule: { frequency: null, cron: '0 10 */2 * *' } }],
    ['a cron expression for the last day', { schedule: { frequency: null, cron: '0 10 L * *' } }],
    ['a cron expression that runs in every hour', { schedule: { frequency: null, cron: '*/30 * * * *' } }],
    ['a night time in zones without DST', { schedule: { anchorLocal: '2026-12-01T02:30:00' }, zones: ['Asia/Tokyo'] }],
    ['a run as long as its interval', { schedule: { frequency: 'hourly' }, runMs: 3_600_000 }],
    ['a subject of 78 characters', sample({ longestSubject: 78 })],
    [
      'a link that nobody counts',
      { clicks: false, message: 'https://{{ locale }}.example/ {{ first_name }} {{ unsubscribe_url }}' },
    ],
    ['ten segments', { channel: 'sms', subject: null, ...sample({ mostSegments: 10 }) }],
    ['a push message without subject or way out', { channel: 'push', subject: null, message: 'Hi' }],
    ['attributes where nobody was looked at', sample({ size: 0, attributes: new Set() })],
    [
      'loops and own variables',
      { message: '{% assign q = 1 %}{{ q }}{% for x in attributes.city %}{{ x }}{% endfor %}{{ unsubscribe_url }}' },
    ],
  ])('lets %s pass', (_, given) => {
    expect(codes(given)).toEqual([]);
  });

  it('warns of no schedule that is over', () => {
    const past = {
      type: 'one_time',
      schedule: { anchorLocal: '2026-11-22T10:00:00', frequency: null },
      next: [],
    } as const;
    expect(codes({ ...past, next: [], waiting: false })).toEqual([]);
  });

  it('names the character of an SMS that alone makes it dearer, unless it is of a contact', () => {
    const dear = (message: string) =>
      linted({
        ...{ channel: 'sms', subject: null, message },
        ...sample({ dearBy: { character: '\u00a0', segments: 2, without: 1 } }),
      });
    expect(dear('Sale\u00a0today')).toEqual([
      {
        at: 'DEAR_CHARACTER /message',
        message: 'One character alone makes it 2 SMS segments instead of 1: no-break space (U+00A0) after “Sale”.',
      },
    ]);
    expect(dear('Hi {{ first_name }}')).toEqual([]);
  });

  it('tells times by the clock of the campaign', () => {
    const past = { anchorLocal: '2026-11-22T10:00:00', frequency: null };
    expect(linted({ type: 'one_time', schedule: past, next: [] })[0]!.message).toBe(
      '22 Nov 2026, 10:00 Europe/Berlin has passed: the campaign is due at once.',
    );
    expect(linted({ schedule: { until: new Date('2026-11-30T00:00:00Z') } })[0]!.message).toMatch(
      /^The schedule ends on 30 Nov 2026, 01:00 Europe\/Berlin, before/,
    );
  });

  it('says in words what it found', () => {
    expect(linted({ schedule: { anchorLocal: '2026-12-01T02:30:00' } })[0]!.message).toBe(
      'On 28 Mar 2027: 02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30.',
    );
    expect(linted({ schedule: { frequency: 'minutely' }, runMs: 90_000, overlap: 'queue' })[0]!.message).toBe(
      'A run takes about 1.5 minutes, and the next is due after 1 minute: the next wait, later each time.',
    );
  });
});
