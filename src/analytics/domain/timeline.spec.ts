import { describe, expect, it } from '@jest/globals';
import { endOf, intoSteps, type Step, stepFor, stepsOf, stepStart, stretchOf } from './timeline.js';

const steps = (from: string, to: string, step: Step, zone: string) =>
  stepsOf({ from: new Date(from), to: new Date(to) }, step, zone, 100)?.map((at) => at.toISOString().slice(0, 16)) ??
  null;

describe('the steps of a timeline', () => {
  it('are days of the zone, one of 23 hours where clocks go forward', () => {
    expect(steps('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z', 'day', 'Europe/Berlin')).toEqual([
      '2026-03-27T23:00',
      '2026-03-28T23:00',
      '2026-03-29T22:00',
    ]);
  });

  it('are hours of the zone, also where it is off by a quarter of one', () => {
    expect(steps('2026-01-01T10:20:00Z', '2026-01-01T11:30:00Z', 'hour', 'Asia/Kathmandu')).toEqual([
      '2026-01-01T10:15',
      '2026-01-01T11:15',
    ]);
  });

  it('go on without a gap where clocks move by half an hour', () => {
    const found = stepsOf(
      { from: new Date('2026-04-04T12:00:00Z'), to: new Date('2026-04-04T20:00:00Z') },
      'hour',
      'Australia/Lord_Howe',
      100,
    )!;
    for (const [index, at] of found.entries()) if (index > 0) expect(at > found[index - 1]!).toBe(true);
    expect(endOf(found, 'hour', 'Australia/Lord_Howe') >= new Date('2026-04-04T20:00:00Z')).toBe(true);
  });

  it('begin a day at its first moment where there is no midnight', () => {
    // In Cairo clocks go forward at midnight.
    expect(stepStart(new Date('2026-04-24T10:00:00Z'), 'day', 'Africa/Cairo').toISOString()).toBe(
      '2026-04-23T22:00:00.000Z',
    );
  });

  it('are none where there would be too many', () => {
    expect(steps('2026-01-01T00:00:00Z', '2026-01-01T01:41:00Z', 'minute', 'UTC')).toBeNull();
    expect(steps('2026-01-01T00:00:00Z', '2026-01-01T01:40:00Z', 'minute', 'UTC')).toHaveLength(100);
  });

  it('suit the stretch', () => {
    const [began, ended] = [new Date('2026-01-01T00:00:30Z'), new Date('2026-02-01T00:00:00Z')];
    expect(stepFor(stretchOf('first_hour', began, ended))).toBe('minute');
    expect(stepFor(stretchOf('first_week', began, ended))).toBe('hour');
    expect(stepFor(stretchOf('all', began, ended))).toBe('day');
    expect(stretchOf('all', began, ended).to > ended).toBe(true);
  });

  it('lose nothing of what is put into them, and are zero where nothing was', () => {
    const starts = stepsOf(
      { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-01T04:00:00Z') },
      'hour',
      'UTC',
      9,
    )!;
    const rows = ['01:59:59.999', '00:00:00', '03:30:00', '01:00:00'].map((time) => ({
      at: new Date(`2026-01-01T${time}Z`),
      count: 2,
    }));
    expect(intoSteps(starts, rows, (row) => ({ count: row?.count ?? 0 })).map(({ count }) => count)).toEqual([
      2, 4, 0, 2,
    ]);
  });
});
