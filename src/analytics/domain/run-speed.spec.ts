import { describe, expect, it } from '@jest/globals';
import { runSpeed } from './run-speed.js';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
const run = {
  ...{ status: 'processing', opened_at: at(0), pending: 100, awaiting_winner: 0 },
  ...{ settled: 600, since: at(60), now: at(120) },
};

describe('the speed of a run', () => {
  it('is what came to an end in the last minutes, and says when the rest will have', () => {
    expect(runSpeed(run)).toEqual({ perSecond: 10, finishesAt: at(130) });
  });

  it('of one that has just opened counts from then, and from a second at least', () => {
    expect(runSpeed({ ...run, opened_at: at(110) }).perSecond).toBe(60);
    expect(runSpeed({ ...run, opened_at: at(120) }).perSecond).toBe(600);
  });

  it('does not tell an end that nobody knows', () => {
    expect(runSpeed({ ...run, settled: 0 })).toEqual({ perSecond: 0, finishesAt: null });
    expect(runSpeed({ ...run, status: 'paused' }).finishesAt).toBeNull();
    expect(runSpeed({ ...run, awaiting_winner: 1 })).toEqual({ perSecond: 10, finishesAt: null });
  });
});
