import type { DoubtPolicy } from '../../campaigns/domain/schedule.js';

/** How often and how patiently a recipient is tried. Durations in milliseconds, all values ≥ 1. */
export interface RetryPolicy {
  baseMs: number;
  capMs: number;
  /** Tries per recipient, the first included. */
  maxAttempts: number;
}

export type Backoff = Pick<RetryPolicy, 'baseMs' | 'capMs'>;

/** The part of a provider's SendResult that decides what happens next. */
export type TryResult =
  | { outcome: 'sent' }
  | { outcome: 'rejected'; code: string }
  | { outcome: 'deferred'; scope: 'recipient' | 'provider' | 'account'; retryAfterMs?: number }
  | { outcome: 'unknown' };

/** Another try, as number `attempt`; `burn` tells whether this one counted. Never before `minDelayMs` from now. */
export interface RetryDecision {
  kind: 'retry';
  attempt: number;
  burn: boolean;
  minDelayMs: number;
}

export type Decision =
  | { kind: 'sent' }
  /** `reason` is the provider's code, or `attempts_exhausted`. */
  | { kind: 'failed'; reason: string }
  | RetryDecision
  | { kind: 'doubt' }
  /** The account is refused: the run pauses and its recipients stay pending, none of them failed. */
  | { kind: 'hold_run' };

/** No provider may put a message off for longer than this with one answer. */
const MAX_RETRY_AFTER_MS = 60 * 60_000;

/** The delay before jitter after try number `attempt`: min(cap, base · 2^(attempt − 1)), in milliseconds. */
export function baseDelayMs(attempt: number, { baseMs, capMs }: Backoff): number {
  return Math.min(capMs, baseMs * 2 ** (Math.max(1, attempt) - 1));
}

/**
 * The delay after try number `attempt` with full jitter: a whole number of milliseconds, evenly spread over
 * 0…baseDelayMs so that a crowd that failed together does not return together; but at least 1, so that a retry is
 * always later than the failure it follows. `random` yields [0, 1).
 */
export function retryDelayMs(attempt: number, backoff: Backoff, random: () => number): number {
  return Math.max(1, Math.floor(random() * baseDelayMs(attempt, backoff)));
}

/** What follows from the answer to try number `attempt` (1 = first); `onDoubt` says whether a lost one is tried again. */
export function decide(result: TryResult, attempt: number, policy: RetryPolicy, onDoubt: DoubtPolicy): Decision {
  switch (result.outcome) {
    case 'sent':
      return { kind: 'sent' };
    case 'rejected':
      return { kind: 'failed', reason: result.code };
    case 'unknown':
      return onDoubt === 'resend' && attempt < policy.maxAttempts
        ? { kind: 'retry', attempt: attempt + 1, burn: true, minDelayMs: 0 }
        : { kind: 'doubt' };
    case 'deferred':
      return decideDeferral(result.scope, Math.min(result.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS), attempt, policy);
  }
}

/** Milliseconds from now until a retry is due: jittered backoff if the try was burnt, never less than its minimum. */
export function retryDueInMs(retry: RetryDecision, backoff: Backoff, random: () => number): number {
  const jittered = retry.burn ? retryDelayMs(retry.attempt - 1, backoff, random) : 1;
  return Math.max(retry.minDelayMs, jittered);
}

function decideDeferral(
  scope: 'recipient' | 'provider' | 'account',
  retryAfterMs: number,
  attempt: number,
  policy: RetryPolicy,
): Decision {
  switch (scope) {
    case 'account':
      return { kind: 'hold_run' };
    case 'provider':
      return { kind: 'retry', attempt, burn: false, minDelayMs: Math.max(retryAfterMs, baseDelayMs(attempt, policy)) };
    case 'recipient':
      return attempt >= policy.maxAttempts
        ? { kind: 'failed', reason: 'attempts_exhausted' }
        : { kind: 'retry', attempt: attempt + 1, burn: true, minDelayMs: retryAfterMs };
  }
}
