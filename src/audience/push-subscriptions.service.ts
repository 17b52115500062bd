import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { SignedTokens } from '../platform/signed-token.js';
import { ConsentService } from './consent.service.js';
import { CONTACT } from './domain/consent-actor.js';
import { Contact } from './contact.entity.js';
import { ContactWriting } from './contact-writing.js';
import { withSubscription } from './domain/stored-subscription.js';
import type { PushSubscription } from './push-subscription.dto.js';
import {
  type GoneSubscription,
  lockSubscriptions,
  removeSubscriptions,
  setSubscriptions,
} from './push-subscriptions.queries.js';
import { lockForContacts, lockForSuppressions } from './suppressions.queries.js';

export type { GoneSubscription };

/** How browsers come to be a contact's, by a link that only it has, and how they go. */
@Injectable()
export class PushSubscriptionsService {
  private publicKey: () => string | null = () => null;

  constructor(
    private readonly em: EntityManager,
    private readonly tokens: SignedTokens,
    private readonly writing: ContactWriting,
    private readonly consent: ConsentService,
    private readonly clock: Clock,
  ) {}

  /** Whoever sends says with which public key (VAPID) browsers are to subscribe; null while it cannot send to any. */
  tell(publicKey: () => string | null): void {
    this.publicKey = publicKey;
  }

  /** The key that a browser subscribes with, in base64url. */
  key(): string | null {
    return this.publicKey();
  }

  /** Where a contact subscribes the browser it has in hand; good as long as the contact is there. */
  urlFor(contactId: number): string {
    return this.tokens.link('push/subscribe', [String(contactId)], null);
  }

  /** Whether a link is good. */
  async isGood(token: string): Promise<boolean> {
    const contactId = this.contactOf(token);
    return contactId !== null && (await this.em.fork().count(Contact, { id: contactId })) > 0;
  }

  /**
   * Adds a browser to the contact of the link, in place of an earlier subscription of the same one, and takes its owner's
   * permission for consent to push. Answers false where the link is not good.
   */
  async register(token: string, { endpoint, expirationTime, keys }: PushSubscription): Promise<boolean> {
    const contactId = this.contactOf(token);
    if (contactId === null) return false;
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      // The stronger of the two locks at once: what is said about consent below may change the list.
      await lockForSuppressions(db);
      const present = await lockSubscriptions(db, contactId);
      if (!present) return false;
      const added = { endpoint, expirationTime, keys, registered_at: this.clock.now().toISOString() };
      await setSubscriptions(db, this.clock.sql(), contactId, withSubscription(present, added));
      await this.writing.addressed(db, [contactId]);
      const origin = { source: 'push subscribe page', textVersion: null, actor: CONTACT };
      return this.consent.say(contactId, 'push', 'subscribed', origin);
    });
  }

  /** Forgets subscriptions that a push service called gone; one registered anew meanwhile stays. */
  async remove(gone: readonly GoneSubscription[]): Promise<void> {
    if (gone.length === 0) return;
    await this.em.transactional(async (em) => {
      const db = em.getKysely();
      await lockForContacts(db);
      await this.writing.addressed(db, await removeSubscriptions(db, this.clock.sql(), gone));
    });
  }

  private contactOf(token: string): number | null {
    const [id] = this.tokens.read('push/subscribe', token) ?? [];
    return id === undefined ? null : Number(id);
  }
}
