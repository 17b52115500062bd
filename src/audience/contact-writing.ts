import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import type { Db } from '../platform/database.js';
import { Events } from '../platform/events.js';
import { SecretKey } from '../platform/secret-key.js';
import type { ConsentFields } from './consent.dto.js';
import { addConsentChanges, addressesOf, type NewConsentChange } from './consent.queries.js';
import { CHANNELS } from './domain/channel.js';
import { CONTACT } from './domain/consent-actor.js';
import { type HashKey, hashKeyOf } from './domain/suppression.js';
import {
  addSuppressions,
  contactsAt,
  hasSuppressions,
  lockForContacts,
  lockForSuppressions,
  markContacts,
} from './suppressions.queries.js';

/**
 * What whoever writes contacts, one or a million, owes to suppression and consent: the three steps below, in this order and
 * in one transaction. Nothing else of the two is his business; whom to leave out is decided when a window is loaded.
 */
@Injectable()
export class ContactWriting {
  private hashKey?: HashKey;

  constructor(
    private readonly secret: SecretKey,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /**
   * First, before any contact is locked, with all that is going to be said about consent. Writers of contacts do not wait for
   * each other, but for a suppression they do; who takes an opt-out along writes the list, and a lock cannot be raised later.
   */
  begin(db: Db, said: readonly (ConsentFields | undefined)[]): Promise<void> {
    const optsOut = said.some((consent) => CHANNELS.some((channel) => consent?.[channel] === 'unsubscribed'));
    return optsOut ? lockForSuppressions(db) : lockForContacts(db);
  }

  /** Then, with the contacts that were made or were given an address: those on the suppression list are marked. */
  async addressed(db: Db, contactIds: readonly number[]): Promise<void> {
    if (await hasSuppressions(db)) await markContacts(db, this.key(), contactIds);
  }

  /**
   * And what was said about consent, where it was said and is something new; the contact's own columns are the writer's. An
   * opt-out is put on the suppression list, where it outlives the contact.
   */
  async consented(db: Db, changes: readonly NewConsentChange[]): Promise<void> {
    await addConsentChanges(db, this.clock.sql(), changes);
    const optOuts = changes.filter(({ status }) => status === 'unsubscribed');
    if (optOuts.length === 0) return;
    const entries = await addressesOf(
      db,
      optOuts.map(({ contactId, channel }) => ({ contactId, channel, reason: 'unsubscribe' })),
    );
    await addSuppressions(db, this.key(), entries);
    const addresses = entries.map(({ address }) => address);
    await markContacts(db, this.key(), await contactsAt(db, addresses));
    await this.events.publish('consent.withdrawn', { optOuts: optOuts.map(optOutOf) });
  }

  /** What addresses are hashed with. */
  key(): HashKey {
    return (this.hashKey ??= hashKeyOf(this.secret.for('suppression')));
  }
}

const optOutOf = ({ contactId, channel, actor }: NewConsentChange) => {
  const saidBy = actor === CONTACT ? ('contact' as const) : ('operator' as const);
  return { contactId, channel, saidBy };
};
