import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { misfireGraceMs, planOpening, planStart, type Opening } from './misfire.js';
import { latestOccurrence, occurrences } from './recurrence.js';
import { FREQUENCIES, MISFIRE_POLICIES, type Schedule } from './schedule.js';

// Thousands of cases; a busy machine may need longer than Jest's five seconds.
jest.setTimeout(60_000);

const anchorAt = new Date('2026-01-01T09:00:00Z');
const anchored = { anchorAt, anchorLocal: '2026-01-01T09:00:00', timeZone: 'UTC', weekdays: null, until: null };
const rule = (changes: Partial<Schedule>): Schedule => ({
  ...anchored,
  frequency: null,
  interval: 1,
  cron: null,
  ...changes,
});
const daily = rule({ frequency: 'daily' });
const everyTenSeconds = rule({ frequency: 'secondly', interval: 10 });
const at = (text: string) => new Date(`2026-01-${text}Z`);

function plan(schedule: Schedule, policy: (typeof MISFIRE_POLICIES)[number], dueAt: Date, now: Date): Opening {
  return planOpening({ schedule, policy, dueAt, now, recurring: true });
}

describe('a one-time campaign', () => {
  const once = (
    policy: (typeof MISFIRE_POLICIES)[number],
    now: Date,
    leeway: { heldUntil?: Date; spreadMs?: number } = {},
  ) => planOpening({ schedule: rule({}), dueAt: anchorAt, now, policy, recurring: false, ...leeway });
  const opened = { open: anchorAt, missed: null, next: null };
  const late = { open: null, missed: { from: anchorAt, to: anchorAt, count: 1 }, next: null };

  it.each(['run_latest', 'run_all'] as const)('opens however late under %s', (policy) => {
    expect(once(policy, at('20T00:00'))).toEqual(opened);
  });

  it('is missed under skip once it is a minute late', () => {
    expect(once('skip', at('01T09:00:59.999'))).toEqual(opened);
    expect(once('skip', at('01T09:01'))).toEqual(late);
  });

  it('is not late under skip while it is due in other zones, or waited for a run to end', () => {
    const spreadMs = 26 * 3_600_000;
    expect(once('skip', at('02T11:00:59'), { spreadMs })).toEqual(opened);
    expect(once('skip', at('02T11:01'), { spreadMs })).toEqual(late);
    expect(once('skip', at('01T12:00:59'), { heldUntil: at('01T12:00') })).toEqual(opened);
  });
});

describe('the grace of a misfire', () => {
  it.each<[string, Partial<Schedule>, number]>([
    ['a minute for ten seconds', { frequency: 'secondly', interval: 10 }, 60],
    ['five minutes for five minutes', { frequency: 'minutely', interval: 5 }, 300],
    ['an hour for two hours', { frequency: 'hourly', interval: 2 }, 3600],
    ['an hour for a month', { frequency: 'monthly' }, 3600],
    ['the gap to the next time for cron', { cron: '0,20 * * * *' }, 1200],
    ['an hour for a rule that is over', { frequency: 'yearly', interval: 9000 }, 3600],
    ['the interval for the last before until', { frequency: 'minutely', interval: 5, until: anchorAt }, 300],
  ])('is %s', (_, changes, seconds) => {
    expect(misfireGraceMs(rule(changes), anchorAt)).toBe(seconds * 1000);
  });
});

describe('run_latest', () => {
  it('opens what is due on time', () => {
    expect(plan(daily, 'run_latest', at('05T09:00'), at('05T09:00:01'))).toEqual({
      open: at('05T09:00'),
      missed: null,
      next: at('06T09:00'),
    });
  });

  it('opens the latest within its grace and records all before it as missed', () => {
    expect(plan(daily, 'run_latest', at('02T09:00'), at('05T10:00'))).toEqual({
      open: at('05T09:00'),
      missed: { from: at('02T09:00'), to: at('04T09:00'), count: 3 },
      next: at('06T09:00'),
    });
  });

  it('opens nothing beyond the grace', () => {
    expect(plan(daily, 'run_latest', at('02T09:00'), at('05T10:00:00.001'))).toEqual({
      open: null,
      missed: { from: at('02T09:00'), to: at('05T09:00'), count: 4 },
      next: at('06T09:00'),
    });
  });

  it('of seconds counts a day of misses and goes on', () => {
    const opening = plan(everyTenSeconds, 'run_latest', at('02T09:00'), at('03T09:00:05'));
    expect(opening.open).toEqual(at('03T09:00'));
    expect(opening.missed).toEqual({ from: at('02T09:00'), to: at('03T08:59:50'), count: 8640 });
    expect(opening.next).toEqual(at('03T09:00:10'));
  });

  it('opens the last one before until and is over then', () => {
    const ending = rule({ frequency: 'daily', until: at('05T09:00') });
    expect(plan(ending, 'run_latest', at('05T09:00'), at('05T09:30'))).toEqual({
      open: at('05T09:00'),
      missed: null,
      next: null,
    });
  });

  it('opens a stored time that the rule no longer meets', () => {
    expect(plan(daily, 'run_latest', at('05T08:30'), at('05T08:31')).open).toEqual(at('05T08:30'));
    expect(plan(daily, 'run_latest', at('05T08:30'), at('05T09:01')).missed).toEqual({
      from: at('05T08:30'),
      to: at('05T08:30'),
      count: 1,
    });
  });
});

describe('skip', () => {
  it('opens only what is less than a minute late', () => {
    expect(plan(daily, 'skip', at('05T09:00'), at('05T09:00:59.999')).open).toEqual(at('05T09:00'));
    expect(plan(daily, 'skip', at('05T09:00'), at('05T09:01'))).toEqual({
      open: null,
      missed: { from: at('05T09:00'), to: at('05T09:00'), count: 1 },
      next: at('06T09:00'),
    });
  });

  it('opens an occurrence on time although earlier ones were missed', () => {
    expect(plan(daily, 'skip', at('03T09:00'), at('05T09:00:10'))).toEqual({
      open: at('05T09:00'),
      missed: { from: at('03T09:00'), to: at('04T09:00'), count: 2 },
      next: at('06T09:00'),
    });
  });

  it('of seconds opens the latest within one interval, not one that ended longer ago', () => {
    expect(plan(everyTenSeconds, 'skip', at('05T09:00'), at('05T09:00:39')).open).toEqual(at('05T09:00:30'));
    const ended = { ...everyTenSeconds, until: at('05T09:00') };
    expect(plan(ended, 'skip', at('05T09:00'), at('05T09:00:10')).open).toBeNull();
  });
});

describe('run_all', () => {
  it('opens the oldest of up to ten, the next call the one after it', () => {
    const first = plan(daily, 'run_all', at('02T09:00'), at('11T12:00'));
    expect(first).toEqual({ open: at('02T09:00'), missed: null, next: at('03T09:00') });
    expect(plan(daily, 'run_all', first.next!, at('11T12:00')).open).toEqual(at('03T09:00'));
  });

  it('misses the oldest beyond the last ten', () => {
    expect(plan(daily, 'run_all', at('02T09:00'), at('14T12:00'))).toEqual({
      open: at('05T09:00'),
      missed: { from: at('02T09:00'), to: at('04T09:00'), count: 3 },
      next: at('06T09:00'),
    });
  });
});

describe('any policy, after any outage', () => {
  it('opens or misses every occurrence exactly once', () => {
    const schedules = fc.record({
      frequency: fc.constantFrom(...FREQUENCIES),
      interval: fc.integer({ min: 1, max: 90 }),
    });
    const outages = fc.record({
      due: fc.nat(40),
      outstanding: fc.integer({ min: 1, max: 40 }),
      late: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    const policies = fc.constantFrom(...MISFIRE_POLICIES);
    fc.assert(
      fc.property(schedules, outages, policies, (changes, { due, outstanding, late }, policy) => {
        const schedule = rule({ ...changes, timeZone: 'Europe/Berlin', anchorLocal: '2026-01-01T10:00:00' });
        const all = occurrences(schedule, anchorAt, due + outstanding + 1).map((occurrence) => occurrence.at);
        const [last, following] = [all[due + outstanding - 1]!, all[due + outstanding]!];
        const now = new Date(last.getTime() + Math.floor(late * (following.getTime() - last.getTime())));
        const handled: Date[] = [];
        let next = all[due]!;
        while (next <= now) {
          const opening = plan(schedule, policy, next, now);
          const { missed, open } = opening;
          if (missed)
            expect(all.slice(due).filter((one) => one >= missed.from && one <= missed.to)).toHaveLength(missed.count);
          handled.push(
            ...all.filter((one) => missed && one >= missed.from && one <= missed.to),
            ...(open ? [open] : []),
          );
          next = opening.next!;
        }
        expect(handled).toEqual(all.slice(due, -1));
        expect(next).toEqual(following);
      }),
      { numRuns: 600 },
    );
  });
});

describe('a recurring campaign created', () => {
  const first = (policy: (typeof MISFIRE_POLICIES)[number], now: Date, schedule = daily) =>
    planStart({ schedule, policy, now }).due;

  it.each(MISFIRE_POLICIES)('ahead of its anchor is due there first under %s', (policy) => {
    expect(first(policy, at('01T08:00'))).toEqual(anchorAt);
    expect(first(policy, anchorAt)).toEqual(anchorAt);
  });

  it('after its anchor is due as its misfire policy decides', () => {
    expect(first('run_latest', at('05T10:00'))).toEqual(at('05T09:00'));
    expect(first('run_latest', at('05T10:01'))).toEqual(at('06T09:00'));
    expect(first('skip', at('05T09:00:30'))).toEqual(at('06T09:00'));
    expect(first('run_all', at('05T10:01'))).toEqual(anchorAt);
    expect(first('run_all', at('25T10:01'))).toEqual(at('16T09:00'));
  });

  it('after its last occurrence is due only if the policy goes back to it', () => {
    const over = { ...daily, until: at('05T09:00') };
    expect(first('run_latest', at('05T09:30'), over)).toEqual(at('05T09:00'));
    expect(first('run_latest', at('06T09:00'), over)).toBeNull();
    expect(first('skip', at('06T09:00'), over)).toBeNull();
    expect(first('skip', at('01T08:00'), { ...daily, until: new Date(anchorAt.getTime() - 1) })).toBeNull();
  });

  it('never goes back further than run_all carries out', () => {
    const due = first('run_all', at('25T10:01'), everyTenSeconds)!;
    expect(due).toEqual(at('25T09:59:30'));
    expect(latestOccurrence(everyTenSeconds, due)?.at).toEqual(due);
  });
});
