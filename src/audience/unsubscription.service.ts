import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Events } from '../platform/events.js';
import { SignedTokens } from '../platform/signed-token.js';
import { ConsentService } from './consent.service.js';
import { CONTACT } from './domain/consent-actor.js';
import type { Channel } from './domain/channel.js';
import { PersonService } from './person.service.js';
import { SuppressionsService } from './suppressions.service.js';

/** A longer one, as some browsers' push endpoints are, does not stand in the link: it would fill the message. */
const LONGEST_ADDRESS = 512;

/** Who would be unsubscribed from what. */
export interface Unsubscription {
  contactId: number;
  channel: Channel;
  /** The run whose message has the link. */
  runId: number;
  /** Where the message went; of a link that does not tell, where the contact is now. */
  address: string;
  /** Whether it is the present address of the contact: only then may its holder see what else the contact gets. */
  present: boolean;
  /** Whether that is so already. */
  done: boolean;
}

/**
 * The way out that messages offer: a link for each recipient of a run. It tells, sealed, the address that its message went to,
 * since that is what must not be written to again, whatever has become of the contact.
 */
@Injectable()
export class UnsubscriptionService {
  constructor(
    private readonly em: EntityManager,
    private readonly person: PersonService,
    private readonly consent: ConsentService,
    private readonly suppressions: SuppressionsService,
    private readonly events: Events,
    private readonly tokens: SignedTokens,
  ) {}

  /** Where the recipient of a run's message unsubscribes from its channel; good for ever. */
  urlFor(to: { contactId: number; address: string }, channel: Channel, runId: number): string {
    const words = [String(to.contactId), channel, String(runId)];
    return to.address.length > LONGEST_ADDRESS
      ? this.tokens.link('unsubscribe', words, null)
      : this.tokens.sealedLink('unsubscribe', [...words, to.address]);
  }

  /** What a link is about; null where it is not good: one that does not tell its address needs that of the contact. */
  async read(token: string): Promise<Unsubscription | null> {
    const words = this.tokens.open('unsubscribe', token, 4) ?? this.tokens.read('unsubscribe', token);
    if (!words) return null;
    const [id, channel, run, sentTo] = words as [string, Channel, string, string?];
    const own = (await this.person.channels(Number(id)))?.find((each) => each.channel === channel);
    const address = sentTo ?? own?.address;
    if (address === undefined) return null;
    const present = own?.address === address;
    const done = present && own.status === 'unsubscribed';
    return { contactId: Number(id), channel, runId: Number(run), address, present, done };
  }

  /**
   * Unsubscribes at once: the address, for whoever has it now or later, and the contact, where it may be written to elsewhere.
   * Again, it changes nothing. Null where the link is not good.
   */
  async unsubscribe(token: string): Promise<Unsubscription | null> {
    const asked = await this.read(token);
    if (!asked) return null;
    const { contactId, channel, runId, address } = asked;
    const origin = { source: `unsubscribe link, run ${runId}`, textVersion: null, actor: CONTACT };
    return this.em.transactional(async () => {
      await this.suppressions.suppress([{ address, channel, reason: 'unsubscribe' }]);
      await this.consent.say(contactId, channel, 'unsubscribed', origin);
      await this.events.publish('contact.unsubscribed', { contactId, runId });
      return { ...asked, done: true };
    });
  }
}
