import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { PersonService } from '../audience/person.service.js';
import { PushSubscriptionsService } from '../audience/push-subscriptions.service.js';
import { UnsubscriptionService } from '../audience/unsubscription.service.js';
import { Config } from '../platform/config.js';
import type { RunLinks } from './run-writer.js';

/** The links that messages may have to the pages of their recipient. */
@Injectable()
export class RecipientLinks {
  constructor(
    private readonly person: PersonService,
    private readonly unsubscriptions: UnsubscriptionService,
    private readonly subscriptions: PushSubscriptionsService,
    private readonly config: Config,
  ) {}

  /** Those of a run's messages; each is signed only when it is asked for. */
  of({ id, channel }: { id: number; channel: Channel }): RunLinks {
    return {
      unsubscribe: (to) => this.unsubscriptions.urlFor(to, channel, id),
      preferences: (contactId) => this.person.preferencesUrl(contactId),
      pushSubscribe: (contactId) => this.subscriptions.urlFor(contactId),
      postalAddress: this.config.POSTAL_ADDRESS ?? null,
    };
  }
}
