import type { Channel } from '../audience/domain/channel.js';
import type { Kind } from './domain/settlement.js';

/** How many recipients of one account came to one outcome. */
export interface OutcomeCount {
  channel: Channel;
  provider: string;
  outcome: Kind;
  count: number;
}

/** What this process recorded since it started, by account and outcome; in memory only. */
export class OutcomeCounts {
  private readonly counts = new Map<string, OutcomeCount>();

  add(channel: Channel, provider: string, tally: Record<Kind, number>): void {
    for (const [outcome, count] of Object.entries(tally) as [Kind, number][]) {
      if (count === 0) continue;
      const key = `${channel}/${provider}/${outcome}`;
      const known = this.counts.get(key);
      if (known) known.count += count;
      else this.counts.set(key, { channel, provider, outcome, count });
    }
  }

  all(): OutcomeCount[] {
    return [...this.counts.values()];
  }
}
