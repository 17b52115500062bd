import { TransactionPropagation } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import type { Db } from '../platform/database.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import type { ChannelConsent, ConsentChangeResponse } from './consent.dto.js';
import {
  addressesOf,
  type ConsentOrigin,
  type Harm,
  lastConsentChanges,
  listConsentChanges,
  lockConsent,
  setConsent,
} from './consent.queries.js';
import type { Consent } from './contact.entity.js';
import { ContactWriting } from './contact-writing.js';
import { ContactsService } from './contacts.service.js';
import { CHANNELS, type Channel } from './domain/channel.js';
import { CONTACT, RELEASE } from './domain/consent-actor.js';
import { contactsAt, lockForSuppressions } from './suppressions.queries.js';
import { SuppressionsService } from './suppressions.service.js';

export type { Harm };

/** What people agreed to, as it is now and as it came about; and what they say themselves, by a link or by their mail program. */
@Injectable()
export class ConsentService {
  constructor(
    private readonly em: EntityManager,
    private readonly contacts: ContactsService,
    private readonly writing: ContactWriting,
    private readonly suppressions: SuppressionsService,
    private readonly clock: Clock,
  ) {}

  /** Where a contact stands on each channel, and since when. Throws CONTACT_NOT_FOUND. */
  async of(contactId: number): Promise<ChannelConsent[]> {
    const { consent, suppressed } = await this.contacts.get(contactId);
    const said = await lastConsentChanges(this.em.getKysely(), contactId);
    return CHANNELS.map((channel) => {
      const last = said.find((change) => change.channel === channel && change.status === consent[channel]);
      const { source = null, text_version = null, actor = null, at = null } = last ?? {};
      const status = consent[channel];
      return { channel, status, suppressed: suppressed.includes(channel), source, text_version, actor, at };
    });
  }

  /** Everything that was said, the newest first. Throws CONTACT_NOT_FOUND. */
  async history(contactId: number, query: PageQuery): Promise<Page<ConsentChangeResponse>> {
    await this.contacts.get(contactId);
    const before = decodeCursor(query.cursor);
    const rows = await listConsentChanges(this.em.getKysely(), contactId, query.limit, before);
    return Page.cut(rows, query.limit, ({ id }) => id);
  }

  /** Everything that was said, on one page. */
  wholeHistory(contactId: number): Promise<ConsentChangeResponse[]> {
    return listConsentChanges(this.em.getKysely(), contactId, Number.MAX_SAFE_INTEGER - 1, null);
  }

  /**
   * What a person said itself: status, history and suppression list at once, so that an opt-out also holds for the address
   * when the contact is gone, and only the person's own word takes it back. The same again changes nothing. Answers false
   * for a contact that is gone.
   */
  async say(contactId: number, channel: Channel, status: Consent, origin: ConsentOrigin): Promise<boolean> {
    return this.locked(async (em) => {
      const db = em.getKysely();
      const present = await lockConsent(db, contactId, channel);
      if (!present) return false;
      const entries = present.addresses.map((address) => ({ address, channel }));
      const released = status === 'subscribed' ? await this.suppressions.release(entries, 'unsubscribe') : 0;
      // Each time that a person is asked counts, for each may be about another text.
      if (present.status !== status || status === 'pending' || released > 0) {
        await setConsent(db, this.clock.sql(), { contactId, channel, status });
        await this.writing.consented(db, [{ contactId, channel, status, ...origin }]);
      }
      // Also where it was said before: an entry may have been removed since.
      if (status === 'unsubscribed')
        await this.suppressions.suppress(entries.map((entry) => ({ ...entry, reason: 'unsubscribe' })));
      return true;
    });
  }

  /** The contacts that have an address, in its normal form. */
  whoHas(address: string): Promise<number[]> {
    return contactsAt(this.em.getKysely(), [address]);
  }

  /**
   * What somebody says by a message from an address of theirs. `unsubscribed` holds for whoever has the address, now or later;
   * `subscribed` takes back what the person itself said, and leaves a contact alone whom an API key or an import unsubscribed.
   * From any other's address it takes `unsubscribe` off the suppression list, whoever put it there, for the list does not say;
   * an entry for another reason stays.
   */
  async sayFrom(
    address: string,
    channel: Channel,
    status: 'subscribed' | 'unsubscribed',
    origin: ConsentOrigin,
  ): Promise<void> {
    await this.locked(async (em) => {
      const db = em.getKysely();
      const contactIds = await contactsAt(db, [address]);
      if (status === 'unsubscribed') await this.suppressions.suppress([{ address, channel, reason: 'unsubscribe' }]);
      else if (contactIds.length === 0) await this.suppressions.release([{ address, channel }], 'unsubscribe');
      for (const contactId of contactIds) {
        if (status === 'unsubscribed' || (await this.mayTakeBack(db, contactId, channel)))
          await this.say(contactId, channel, status, origin);
      }
    });
  }

  /** Of who is subscribed only the address may be on the list, which does not say whose word that was. */
  private async mayTakeBack(db: Db, contactId: number, channel: Channel): Promise<boolean> {
    const present = await lockConsent(db, contactId, channel);
    if (present?.status !== 'unsubscribed') return present?.status === 'subscribed';
    const last = (await lastConsentChanges(db, contactId)).find((change) => change.channel === channel);
    return last?.status === 'unsubscribed' && (last.actor === CONTACT || last.actor === RELEASE);
  }

  /** Suppresses the present addresses of those whose messages bounced or brought a complaint; who unsubscribed has said so. */
  async heed(harms: readonly Harm[]): Promise<void> {
    if (harms.length > 0) await this.heedWhat(() => Promise.resolve({ answer: undefined, harms }));
  }

  /** The same of harms that are found out in the same transaction, by work that locks no contact. */
  heedWhat<T>(work: (em: EntityManager) => Promise<{ answer: T; harms: readonly Harm[] }>): Promise<T> {
    return this.locked(async (em) => {
      const { answer, harms } = await work(em);
      await this.suppressions.suppress(await addressesOf(em.getKysely(), harms));
      for (const { contactId, channel, reason } of harms)
        if (reason === 'unsubscribe')
          await this.say(contactId, channel, 'unsubscribed', { source: 'message', textVersion: null, actor: CONTACT });
      return answer;
    });
  }

  /** Work on what was said, during which nobody says anything else; it locks no contact before. */
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.locked(work);
  }

  /** One transaction, the caller's where there is one, that takes the lock of the suppression list before any contact's. */
  private locked<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    const transaction = async (em: EntityManager) => {
      await lockForSuppressions(em.getKysely());
      return work(em);
    };
    return this.em.transactional(transaction, { propagation: TransactionPropagation.REQUIRED });
  }
}
