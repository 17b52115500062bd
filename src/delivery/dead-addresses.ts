import { Injectable } from '@nestjs/common';
import { ConsentService, type Harm } from '../audience/consent.service.js';
import type { Channel } from '../audience/domain/channel.js';
import { type GoneSubscription, PushSubscriptionsService } from '../audience/push-subscriptions.service.js';
import { throughOutages } from '../platform/patience.js';

/** Tells the audience of addresses to which nothing sent will ever arrive, or nothing is to be sent any more. */
@Injectable()
export class DeadAddresses {
  constructor(
    private readonly consent: ConsentService,
    private readonly subscriptions: PushSubscriptionsService,
  ) {}

  /** Suppresses them, in a transaction of its own: the lock of the suppression list comes before that of any batch. */
  async suppress(told: readonly Omit<Harm, 'channel'>[], channel: Channel): Promise<void> {
    const harms = told.map((harm) => ({ ...harm, channel }));
    if (harms.length > 0) await throughOutages(() => this.consent.heed(harms));
  }

  /** Takes subscriptions out of their contacts. What is forgotten by a crash before this the next message finds out again. */
  async remove(gone: readonly GoneSubscription[]): Promise<void> {
    if (gone.length > 0) await throughOutages(() => this.subscriptions.remove(gone));
  }
}
