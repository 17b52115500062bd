import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { quietHoursOf, type SendHours, type SendWindow } from '../campaigns/domain/send-window.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Chance } from '../platform/chance.js';
import { capsOf, retryPolicyOf } from './delivery.settings.js';
import type { FrequencyCap } from './domain/frequency-cap.js';
import type { RetryPolicy } from './domain/retry-policy.js';

/** How patiently, with what jitter and in which hours recipients are tried, and how much one may get. */
@Injectable()
export class SendingRules {
  readonly retry: RetryPolicy;
  /** Recipients that a window may have. */
  readonly windowSize: number;
  readonly random: () => number;
  private readonly caps: Record<Channel, FrequencyCap[]>;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    chance: Chance,
  ) {
    this.retry = retryPolicyOf(config);
    this.windowSize = config.WINDOW_SIZE;
    this.random = chance.random;
    this.caps = capsOf(config);
  }

  readonly now = (): Date => this.clock.now();

  /** How much a contact may get on a channel. */
  capsOf(channel: Channel): readonly FrequencyCap[] {
    return this.caps[channel];
  }

  /** The hours in which a run may be sent; null where any hour will do. */
  hoursOf(channel: Channel, window: SendWindow | null): SendHours | null {
    const quiet = quietHoursOf(this.config, channel);
    return window || quiet ? { window, quiet } : null;
  }
}
