import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  baseDelayMs,
  decide,
  retryDelayMs,
  retryDueInMs,
  type RetryDecision,
  type RetryPolicy,
} from './retry-policy.js';

const policy: RetryPolicy = { baseMs: 60_000, capMs: 3_600_000, maxAttempts: 6 };
const policies = fc.record({
  baseMs: fc.integer({ min: 1, max: 10_000_000 }),
  capMs: fc.integer({ min: 1, max: 100_000_000 }),
  maxAttempts: fc.integer({ min: 1, max: 50 }),
});
const attempts = fc.integer({ min: 1, max: 5_000 });
const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the base delay', () => {
  it('doubles from the base to the cap', () => {
    const delays = [1, 2, 3, 6, 7, 8, 5_000].map((attempt) => baseDelayMs(attempt, policy));
    expect(delays).toEqual([60_000, 120_000, 240_000, 1_920_000, 3_600_000, 3_600_000, 3_600_000]);
  });

  it('never shrinks from one attempt to the next, and is never above the cap', () => {
    fc.assert(
      fc.property(policies, attempts, (any, attempt) => {
        expect(baseDelayMs(attempt + 1, any)).toBeGreaterThanOrEqual(baseDelayMs(attempt, any));
        expect(baseDelayMs(attempt, any)).toBeLessThanOrEqual(any.capMs);
      }),
    );
  });
});

describe('the jittered delay', () => {
  it('is a whole number of milliseconds between 1 and the base delay', () => {
    fc.assert(
      fc.property(policies, attempts, chances, (any, attempt, chance) => {
        const delay = retryDelayMs(attempt, any, () => chance);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(1);
        expect(delay).toBeLessThanOrEqual(baseDelayMs(attempt, any));
      }),
    );
  });

  it('spreads over the whole range', () => {
    const delays = [0, 0.25, 0.5, 0.999].map((chance) => retryDelayMs(2, policy, () => chance));
    expect(delays).toEqual([1, 30_000, 60_000, 119_880]);
  });
});

describe('the decision', () => {
  it('sent is sent, rejected is failed for its code, unknown is in doubt', () => {
    expect(decide({ outcome: 'sent' }, 1, policy, 'hold')).toEqual({ kind: 'sent' });
    expect(decide({ outcome: 'rejected', code: 'smtp_550' }, 1, policy, 'hold')).toEqual({
      kind: 'failed',
      reason: 'smtp_550',
    });
    expect(decide({ outcome: 'unknown' }, 1, policy, 'hold')).toEqual({ kind: 'doubt' });
  });

  it('unknown is tried again where the run asks for that, until it is out of tries', () => {
    const again = (attempt: number) => decide({ outcome: 'unknown' }, attempt, policy, 'resend');
    expect(again(1)).toEqual({ kind: 'retry', attempt: 2, burn: true, minDelayMs: 0 });
    expect(again(5)).toEqual({ kind: 'retry', attempt: 6, burn: true, minDelayMs: 0 });
    expect(again(6)).toEqual({ kind: 'doubt' });
  });

  it('a recipient deferred burns an attempt until there is none left', () => {
    const deferred = { outcome: 'deferred', scope: 'recipient' } as const;
    expect(decide(deferred, 1, policy, 'hold')).toEqual({ kind: 'retry', attempt: 2, burn: true, minDelayMs: 0 });
    expect(decide(deferred, 5, policy, 'hold')).toEqual({ kind: 'retry', attempt: 6, burn: true, minDelayMs: 0 });
    expect(decide(deferred, 6, policy, 'hold')).toEqual({ kind: 'failed', reason: 'attempts_exhausted' });
  });

  it('a provider in trouble burns none, however often, and is left alone for the longer of its wish and the base delay', () => {
    const deferred = { outcome: 'deferred', scope: 'provider' } as const;
    expect(decide(deferred, 6, policy, 'hold')).toMatchObject({
      kind: 'retry',
      attempt: 6,
      burn: false,
      minDelayMs: 1_920_000,
    });
    expect(decide({ ...deferred, retryAfterMs: 5_000 }, 1, policy, 'hold')).toMatchObject({ minDelayMs: 60_000 });
    expect(decide({ ...deferred, retryAfterMs: 90_000 }, 1, policy, 'hold')).toMatchObject({ minDelayMs: 90_000 });
  });

  it('no answer puts a message off for more than an hour', () => {
    const forever = { outcome: 'deferred', scope: 'provider', retryAfterMs: Infinity } as const;
    expect(decide(forever, 1, policy, 'hold')).toMatchObject({ minDelayMs: 3_600_000 });
  });

  it('an account refused pauses the run', () => {
    expect(decide({ outcome: 'deferred', scope: 'account' }, 6, policy, 'hold')).toEqual({ kind: 'hold_run' });
  });

  it('a recipient is tried exactly maxAttempts times', () => {
    fc.assert(
      fc.property(policies, (any) => {
        let attempt = 1;
        for (;;) {
          const decision = decide({ outcome: 'deferred', scope: 'recipient' }, attempt, any, 'hold');
          if (decision.kind !== 'retry') break;
          attempt = decision.attempt;
        }
        expect(attempt).toBe(any.maxAttempts);
      }),
    );
  });
});

describe('when a retry is due', () => {
  it('is backoff after the burnt attempt, or the minimum if that is later', () => {
    const retry: RetryDecision = { kind: 'retry', attempt: 2, burn: true, minDelayMs: 0 };
    expect(retryDueInMs(retry, policy, () => 0.5)).toBe(30_000);
    expect(retryDueInMs({ ...retry, minDelayMs: 300_000 }, policy, () => 0.5)).toBe(300_000);
  });

  it('is the minimum alone if nothing was burnt', () => {
    const retry: RetryDecision = { kind: 'retry', attempt: 3, burn: false, minDelayMs: 240_000 };
    expect(retryDueInMs(retry, policy, () => 0.999)).toBe(240_000);
  });
});
