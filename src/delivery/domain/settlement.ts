import { isHardBounce } from './hard-bounce.js';
import { type Backoff, type RetryDecision, retryDueInMs } from './retry-policy.js';

/** The provider's words about a try that did not end in `sent`. */
export interface FailedTry {
  code: string;
  enhancedCode?: string;
  response?: string;
  /** Whether another try may help. */
  transient: boolean;
}

/** What became of one recipient of a window: an end, or a retry. */
export type Settlement =
  | { kind: 'sent'; contactId: number; providerMessageId: string | null }
  | { kind: 'failed' | 'skipped' | 'in_doubt'; contactId: number; reason: string; failedTry?: FailedTry }
  | {
      kind: 'deferred';
      contactId: number;
      retry: RetryDecision;
      failedTry?: FailedTry;
      /** The moment from which they may be sent to, where it is their hours that they wait for. */
      opening?: Date;
    };

export type Kind = Settlement['kind'];

/** Words from outside as PostgreSQL can store them: NUL has no place there, and must not keep a window from its record. */
export function storable(words: string | null): string | null {
  return words?.replaceAll('\0', '') ?? null;
}

/** Those whose address was refused for good: nothing sent to it will ever arrive. */
export function bouncedOf(settlements: readonly Settlement[]): number[] {
  return settlements.flatMap(({ kind, contactId, ...settlement }) =>
    kind === 'failed' && 'failedTry' in settlement && isHardBounce(settlement.failedTry?.enhancedCode ?? null)
      ? [contactId]
      : [],
  );
}

/** How many settlements there are of each kind. */
export function tally(settlements: readonly Settlement[]): Record<Kind, number> {
  const counts: Record<Kind, number> = { sent: 0, failed: 0, skipped: 0, in_doubt: 0, deferred: 0 };
  for (const { kind } of settlements) counts[kind] += 1;
  return counts;
}

/** Recipients that are tried again together: one batch, one due time. */
export interface RetryGroup {
  attempt: number;
  contactIds: number[];
  dueInMs: number;
}

/**
 * Gathers the deferred of one record into one retry per attempt number (the jitter spreads records, not recipients), due
 * after the longest wait any of them needs. Those who wait for their hours are gathered by the moment these begin.
 */
export function retryGroups(settlements: readonly Settlement[], backoff: Backoff, random: () => number): RetryGroup[] {
  const groups = new Map<string, { retry: RetryDecision; contactIds: number[] }>();
  for (const settlement of settlements) {
    if (settlement.kind !== 'deferred') continue;
    const { retry, contactId, opening } = settlement;
    const key = `${retry.attempt}/${retry.burn}/${opening?.getTime() ?? ''}`;
    const group = groups.get(key) ?? { retry, contactIds: [] };
    if (retry.minDelayMs > group.retry.minDelayMs) group.retry = retry;
    group.contactIds.push(contactId);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ retry, contactIds }) => ({
    attempt: retry.attempt,
    contactIds,
    dueInMs: retryDueInMs(retry, backoff, random),
  }));
}
