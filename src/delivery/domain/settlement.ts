import { isHardBounce } from './hard-bounce.js';
import type { ToldHarm } from './told-harm.js';
import { type Backoff, type RetryDecision, retryDueInMs } from './retry-policy.js';

/** The provider's words about a try that did not end in `sent`. */
export interface FailedTry {
  code: string;
  enhancedCode?: string;
  response?: string;
  /** Whether another try may help. */
  transient: boolean;
  /** What it told of the address. */
  harm?: ToldHarm;
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
      /** Whether an earlier try, or this one, may have reached them. */
      doubtful?: true;
    };

export type Kind = Settlement['kind'];

/** Why somebody is in doubt who came to another end than `sent` when an earlier try may have reached them: it says both. */
export const sentOr = (reason: string): string => `sent_or_${reason}`;

/**
 * What becomes of somebody whom a try may have reached whose answer nobody knows. Accepted is accepted; but that they were
 * then left out, could not be sent to or were refused says nothing about that try: they are in doubt. Who is put off goes
 * on waiting as doubtful.
 */
export function afterDoubt(settlement: Settlement): Settlement {
  switch (settlement.kind) {
    case 'sent':
    case 'in_doubt':
      return settlement;
    case 'deferred':
      return { ...settlement, doubtful: true };
    case 'failed':
    case 'skipped':
      return { ...settlement, kind: 'in_doubt', reason: sentOr(settlement.reason) };
  }
}

/** What refusals told of addresses, also at a repeat: in the provider's own words, or by an enhanced code that says it. */
export function harmsOf(settlements: readonly Settlement[]): { contactId: number; reason: ToldHarm }[] {
  return settlements.flatMap((settlement) => {
    if (settlement.kind !== 'failed' && settlement.kind !== 'in_doubt') return [];
    const { harm, enhancedCode = null } = settlement.failedTry ?? {};
    const reason = harm ?? (isHardBounce(enhancedCode) ? 'bounce' : null);
    return reason === null ? [] : [{ contactId: settlement.contactId, reason }];
  });
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
  /** Whether an earlier try may have reached them. */
  doubtful: boolean;
}

/**
 * Gathers the deferred of one record into one retry per attempt number (the jitter spreads records, not recipients), due
 * after the longest wait any of them needs. Those who wait for their hours are gathered by the moment these begin, and the
 * doubtful apart from those who surely got nothing.
 */
export function retryGroups(settlements: readonly Settlement[], backoff: Backoff, random: () => number): RetryGroup[] {
  const groups = new Map<string, { retry: RetryDecision; doubtful: boolean; contactIds: number[] }>();
  for (const settlement of settlements) {
    if (settlement.kind !== 'deferred') continue;
    const { retry, contactId, opening, doubtful = false } = settlement;
    const key = `${retry.attempt}/${retry.burn}/${opening?.getTime() ?? ''}/${doubtful}`;
    const group = groups.get(key) ?? { retry, doubtful, contactIds: [] };
    if (retry.minDelayMs > group.retry.minDelayMs) group.retry = retry;
    group.contactIds.push(contactId);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ retry, doubtful, contactIds }) => ({
    attempt: retry.attempt,
    contactIds,
    dueInMs: retryDueInMs(retry, backoff, random),
    doubtful,
  }));
}
