import type { StoredSubscription } from '../../../audience/domain/stored-subscription.js';
import type { HttpOutcome } from '../../domain/http-reply.js';
import { atOneOfMany } from '../../domain/push-outcome.js';
import { type ServiceTurn, ServiceWaits } from './service-waits.js';

/**
 * So many messages refused with the keys as they are, and none that was ever accepted, are not the recipients' doing. Each
 * process counts for itself, and anew when it starts or the account is changed.
 */
const MOST_REFUSALS = 20;

const isRefusal = (outcome: HttpOutcome): boolean => outcome.outcome === 'deferred' && outcome.scope === 'account';
/** Empty where an endpoint is no URL; no service is called so. */
const hostOf = ({ endpoint }: StoredSubscription): string => URL.parse(endpoint!)?.host ?? '';

/**
 * The services behind one account, where the subscription names its own: each is left alone for itself, and what one says
 * is about the account only once all say so.
 */
export class PushServices {
  private readonly waits = new ServiceWaits();
  private accepted = false;
  private refusals = 0;

  /** Whether the service of a subscription may be asked. */
  turn(to: StoredSubscription, now: Date): ServiceTurn {
    return this.waits.turn(hostOf(to), now.getTime());
  }

  /** Hears what became of a try at one of them. */
  heard(outcome: HttpOutcome, to: StoredSubscription, now: Date): void {
    this.waits.learn(hostOf(to), outcome, now.getTime());
  }

  /** What became of the tries for a contact, as it is about the account: whoever subscribes chooses the service, and with it the answer. */
  concern(outcomes: readonly HttpOutcome[]): HttpOutcome[] {
    this.accepted ||= outcomes.some(({ outcome }) => outcome === 'sent');
    if (outcomes.some(isRefusal)) this.refusals += 1;
    const allRefuse = !this.accepted && this.refusals >= MOST_REFUSALS;
    return outcomes.map((outcome) => (allRefuse && isRefusal(outcome) ? outcome : atOneOfMany(outcome)));
  }
}
