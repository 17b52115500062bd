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
  (result) => result.outcome === 'deferred' && result.code !== 'not_started',
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
