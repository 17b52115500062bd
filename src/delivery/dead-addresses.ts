import { Injectable } from '@nestjs/common';
import { ConsentService } from '../audience/consent.service.js';
import type { Channel } from '../audience/domain/channel.js';
import { type GoneSubscription, PushSubscriptionsService } from '../audience/push-subscriptions.service.js';
import { throughOutages } from '../platform/patience.js';

/** Tells the audience of addresses to which nothing sent will ever arrive. */
@Injectable()
export class DeadAddresses {
  constructor(
    private readonly consent: ConsentService,
    private readonly subscriptions: PushSubscriptionsService,
  ) {}

  /** Suppresses them, in a transaction of its own: the lock of the suppression list comes before that of any batch. */
  async suppress(contactIds: readonly number[], channel: Channel): Promise<void> {
    const harms = contactIds.map((contactId) => ({ contactId, channel, reason: 'bounce' as const }));
    if (harms.length > 0) await throughOutages(() => this.consent.heed(harms));
  }

  /** Takes subscriptions out of their contacts. What is forgotten by a crash before this the next message finds out again. */
  async remove(gone: readonly GoneSubscription[]): Promise<void> {
    if (gone.length > 0) await throughOutages(() => this.subscriptions.remove(gone));
  }
}
