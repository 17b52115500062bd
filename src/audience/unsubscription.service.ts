import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Events } from '../platform/events.js';
import { SignedTokens } from '../platform/signed-token.js';
import { CONTACT, ConsentService } from './consent.service.js';
import type { Channel } from './domain/channel.js';
import { PersonService } from './person.service.js';

/** Who would be unsubscribed from what. */
export interface Unsubscription {
  contactId: number;
  channel: Channel;
  /** The run whose message has the link. */
  runId: number;
  address: string;
  /** Whether that is so already. */
  done: boolean;
}

/** The way out that messages offer: a link for each recipient of a run. */
@Injectable()
export class UnsubscriptionService {
  constructor(
    private readonly em: EntityManager,
    private readonly person: PersonService,
    private readonly consent: ConsentService,
    private readonly events: Events,
    private readonly tokens: SignedTokens,
  ) {}

  /** Where the recipient of a run's message unsubscribes from its channel; good as long as the contact is there. */
  urlFor(contactId: number, channel: Channel, runId: number): string {
    return this.tokens.link('unsubscribe', [String(contactId), channel, String(runId)], null);
  }

  /** What a link is about; null where it is not good. */
  async read(token: string): Promise<Unsubscription | null> {
    const [id, channel, run] = this.tokens.read('unsubscribe', token) ?? [];
    if (id === undefined) return null;
    const contactId = Number(id);
    const own = (await this.person.channels(contactId))?.find((each) => each.channel === channel);
    return (
      (own && {
        contactId,
        channel: own.channel,
        runId: Number(run),
        address: own.address,
        done: own.status === 'unsubscribed',
      }) ??
      null
    );
  }

  /** Unsubscribes at once; again, it changes nothing. Null where the link is not good. */
  async unsubscribe(token: string): Promise<Unsubscription | null> {
    const asked = await this.read(token);
    if (!asked) return null;
    const { contactId, channel, runId } = asked;
    const origin = { source: `unsubscribe link, run ${runId}`, textVersion: null, actor: CONTACT };
    return this.em.transactional(async () => {
      if (!(await this.consent.say(contactId, channel, 'unsubscribed', origin))) return null;
      await this.events.publish('contact.unsubscribed', { contactId, runId });
      return { ...asked, done: true };
    });
  }
}
