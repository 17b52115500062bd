import { describe, expect, it } from '@jest/globals';
import { nextTryAt } from './next-try.js';
import { standingOf, SWITCHED_OFF } from './provider-standing.js';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 9, minute));
const account = { blockedUntil: null, freeAt: null, trips: 0, reason: null, now: at(0).getTime() };
const waiting = {
  run: { status: 'processing' as const },
  end: null,
  batch: { dueAt: at(5), inFlight: false, doubtful: false },
  standing: standingOf(undefined),
};

describe('the next try', () => {
  it('is when the batch is due, and not before the account takes messages', () => {
    expect(nextTryAt(waiting)).toEqual(at(5));
    const limited = standingOf({ ...account, freeAt: at(9).getTime() });
    expect(nextTryAt({ ...waiting, standing: limited })).toEqual(at(9));
    expect(nextTryAt({ ...waiting, standing: standingOf({ ...account, freeAt: at(2).getTime() }) })).toEqual(at(5));
  });

  it('does not wait for an account whose fallback takes over', () => {
    const ailing = { ...standingOf({ ...account, blockedUntil: at(9).getTime(), trips: 1 }), fallback: 'email/second' };
    expect(nextTryAt({ ...waiting, standing: ailing })).toEqual(at(5));
    expect(nextTryAt({ ...waiting, standing: { ...SWITCHED_OFF, fallback: 'email/second' } })).toEqual(at(5));
  });

  it('is unknown while only people can set it going, and none after the end or on the way', () => {
    expect(nextTryAt({ ...waiting, run: { status: 'paused' } })).toBeNull();
    expect(nextTryAt({ ...waiting, standing: SWITCHED_OFF })).toBeNull();
    expect(nextTryAt({ ...waiting, batch: { ...waiting.batch, dueAt: null } })).toBeNull();
    expect(nextTryAt({ ...waiting, batch: { ...waiting.batch, inFlight: true } })).toBeNull();
    expect(nextTryAt({ ...waiting, end: { outcome: 'sent', reason: null, attempts: 1, at: at(1) } })).toBeNull();
  });
});
