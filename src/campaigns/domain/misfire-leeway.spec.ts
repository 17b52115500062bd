import { describe, expect, it } from '@jest/globals';
import { planOpening, planStart } from './misfire.js';
import type { MISFIRE_POLICIES, Schedule } from './schedule.js';

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
const at = (text: string) => new Date(`2026-01-${text}Z`);

describe('what was queued behind its own run', () => {
  const hourly = rule({ frequency: 'hourly' });
  const queued = (policy: (typeof MISFIRE_POLICIES)[number], now: string, heldUntil: string, dueAt = '05T10:00') =>
    planOpening({
      schedule: hourly,
      policy,
      dueAt: at(dueAt),
      now: at(now),
      recurring: true,
      heldUntil: at(heldUntil),
    });

  it.each(['run_latest', 'skip'] as const)('opens under %s however long it waited', (policy) => {
    const slow = { ...hourly, interval: 24 };
    const [dueAt, now] = [at('05T09:00'), at('05T20:00:01')];
    const opening = { schedule: slow, policy, dueAt, now, recurring: true };
    expect(planOpening({ ...opening, heldUntil: at('05T20:00') })).toMatchObject({ open: dueAt, missed: null });
    expect(planOpening(opening)).toMatchObject({ open: null, missed: { count: 1 } });
  });

  it('gives way to the latest, and is told from what was missed after the run had ended', () => {
    expect(queued('run_latest', '05T13:10', '05T13:05')).toEqual({
      open: at('05T13:00'),
      missed: null,
      overlapped: { from: at('05T10:00'), to: at('05T12:00'), count: 3 },
      next: at('05T14:00'),
    });
    expect(queued('run_latest', '05T15:10', '05T12:30')).toEqual({
      open: at('05T15:00'),
      missed: { from: at('05T13:00'), to: at('05T14:00'), count: 2 },
      overlapped: { from: at('05T10:00'), to: at('05T12:00'), count: 3 },
      next: at('05T16:00'),
    });
    expect(queued('run_latest', '05T15:10', '05T09:30').overlapped).toBeUndefined();
  });

  it('is missed after all when nothing opens long after the run has ended', () => {
    const late = queued('skip', '05T13:10', '05T13:05');
    expect(late).toMatchObject({ open: null, missed: { from: at('05T10:00'), to: at('05T13:00'), count: 4 } });
    expect(late.overlapped).toBeUndefined();
  });
});

describe('an occurrence that goes around the earth', () => {
  const spreadMs = 26 * 3_600_000;
  const around = (policy: 'run_latest' | 'skip', now: string) =>
    planOpening({ schedule: daily, policy, dueAt: at('05T09:00'), now: at(now), recurring: true, spreadMs });

  it('is not late before it is past in its last zone', () => {
    for (const policy of ['run_latest', 'skip'] as const)
      expect(around(policy, '06T08:00')).toMatchObject({ open: at('05T09:00'), missed: null });
    expect(around('skip', '06T09:30')).toMatchObject({ open: at('06T09:00'), missed: { count: 1 } });
    const weekly = { schedule: rule({ frequency: 'weekly' }), dueAt: at('08T09:00'), recurring: true, spreadMs };
    const plan = (now: string) => planOpening({ ...weekly, policy: 'run_latest', now: at(now) });
    expect(plan('09T12:00').open).toEqual(at('08T09:00'));
    expect(plan('09T12:00:00.001').open).toBeNull();
  });

  it('is due at once when it is made meanwhile', () => {
    const made = { schedule: daily, policy: 'run_latest' as const, now: at('01T20:00') };
    expect(planStart({ ...made, spreadMs }).due).toEqual(anchorAt);
    expect(planStart(made).due).toEqual(at('02T09:00'));
  });
});
