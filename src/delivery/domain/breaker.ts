/** Failures of the provider itself, one after the other, that open the breaker (R19). */
export const BREAKER_FAILURES = 5;

const CAP_MS = 15 * 60_000;

/**
 * How long the breaker stays open when it opens for the first, second, … time without a success in between: `firstMs`, then
 * twice as long each time, up to a quarter of an hour; the last holds for all that follow.
 */
export function openingsMs(firstMs: number): number[] {
  const longest = Math.max(CAP_MS, firstMs);
  const doublings = Math.ceil(Math.log2(longest / firstMs));
  return Array.from({ length: doublings + 1 }, (_, trip) => Math.min(longest, firstMs * 2 ** trip));
}

/** What a result says about the provider, as opposed to one recipient. */
export type Sign = 'well' | 'ailing' | 'throttled' | 'nothing';

/** The part of a provider's SendResult that a sign is read from. */
export interface Symptom {
  outcome: 'sent' | 'rejected' | 'deferred' | 'unknown';
  scope?: 'recipient' | 'provider' | 'account';
  code?: string;
  retryAfterMs?: number;
}

/** Codes of messages that the provider never saw. */
export const UNSEEN = ['not_started', 'provider_closed', 'provider_threw'];

/** A provider that judges a recipient is well, also when it refuses; one that does not answer, or only to put off, is not. */
export function signOf({ outcome, scope, code, retryAfterMs }: Symptom): Sign {
  if (code !== undefined && UNSEEN.includes(code)) return 'nothing';
  if (outcome === 'unknown') return scope === 'recipient' ? 'nothing' : 'ailing';
  if (outcome !== 'deferred' || scope === 'recipient') return 'well';
  if (scope === 'account') return 'nothing';
  return retryAfterMs ? 'throttled' : 'ailing';
}
