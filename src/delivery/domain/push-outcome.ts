import { UNSEEN } from './breaker.js';
import type { HttpOutcome } from './http-reply.js';

/** What one try of one subscription came to. */
type Try = HttpOutcome;

/**
 * A delivery is for a contact, not for a device: one subscription that accepted it makes it sent, and nothing is tried
 * again, so that no subscription knowingly gets it twice. One that may have accepted leaves it unknown. It is tried again
 * only where surely none did; and it is rejected where none ever will.
 */
const RANKS: readonly ((result: Try) => boolean)[] = [
  ({ outcome }) => outcome === 'sent',
  ({ outcome }) => outcome === 'unknown',
  (result) => result.outcome === 'deferred' && result.scope === 'account',
  (result) => result.outcome === 'deferred' && result.code !== 'not_started' && result.scope === 'provider',
  // Before those that burn a try: it has not had its own.
  (result) => result.outcome === 'deferred' && result.code === 'not_started',
  ({ outcome }) => outcome === 'deferred',
  ({ outcome }) => outcome === 'rejected',
];

const rankOf = (result: Try): number => RANKS.findIndex((holds) => holds(result));
const waitOf = (result: Try): number => (result.outcome === 'deferred' ? (result.retryAfterMs ?? 0) : 0);

/** What the tries of all subscriptions of a contact, at least one, come to; of equals the longest wait decides. */
export function oneOutcome(results: readonly Try[]): Try {
  const [best] = [...results].sort((one, other) => rankOf(one) - rankOf(other) || waitOf(other) - waitOf(one));
  return best!;
}

/**
 * What the try at one of many services means for the account. Recipients choose theirs, so that its refusals, its silence
 * and its wish to wait are the trouble of whoever is there, and of nobody else.
 */
export function atOneOfMany(result: Try): Try {
  if (result.outcome === 'unknown') return { ...result, scope: 'recipient' };
  if (result.outcome !== 'deferred' || UNSEEN.includes(result.code)) return result;
  return { ...result, scope: 'recipient' };
}
