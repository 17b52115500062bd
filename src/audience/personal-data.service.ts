import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { forgetKeysAbout } from '../platform/idempotency.js';
import { ConsentService } from './consent.service.js';
import { ContactsService } from './contacts.service.js';
import { departureOf, recordDeparture, removeContact, wipeConsentChanges } from './departure.queries.js';
import { forgetRejectionsAbout } from './imports/imports.queries.js';
import type { ContactExport, ErasureResponse } from './personal-data.dto.js';
import { lockForSuppressions } from './suppressions.queries.js';
import { SuppressionsService } from './suppressions.service.js';

/** A module on the right that keeps something about contacts. */
export interface PersonalDataKeeper {
  /** The name of its part of an export. */
  name: string;
  /** Everything it keeps about a contact, also under an address from before it was one. */
  tell(contactId: number, addresses: readonly string[]): Promise<object[]>;
  /**
   * Gives up what says something about the person, in the caller's transaction; counts and outcomes stay. The addresses are
   * those that it had; none where it is gone already.
   */
  forget(contactId: number, addresses: readonly string[]): Promise<void>;
}

/** The services that know a contact. */
@Injectable()
export class PersonalDataSources {
  constructor(
    readonly contacts: ContactsService,
    readonly consent: ConsentService,
    readonly suppressions: SuppressionsService,
  ) {}
}

/** The rights of a person: to see everything that is kept, and to have it erased. */
@Injectable()
export class PersonalDataService {
  private readonly keepers: PersonalDataKeeper[] = [];

  constructor(
    private readonly em: EntityManager,
    private readonly from: PersonalDataSources,
    private readonly clock: Clock,
  ) {}

  /** Called by each module that keeps something, as it starts. */
  register(keeper: PersonalDataKeeper): void {
    this.keepers.push(keeper);
  }

  /** Everything about a contact. Throws CONTACT_NOT_FOUND. */
  async export(contactId: number): Promise<ContactExport> {
    const { contacts, consent } = this.from;
    const contact = await contacts.get(contactId);
    const addresses = [contact.email, contact.phone].filter((address) => address !== null);
    const parts = await Promise.all(
      this.keepers.map(async ({ name, tell }) => [name, await tell(contactId, addresses)] as const),
    );
    return {
      exported_at: this.clock.now(),
      contact,
      consent: await consent.of(contactId),
      consent_history: await consent.wholeHistory(contactId),
      records: Object.fromEntries(parts),
    };
  }

  /**
   * Erases a contact, in one transaction: its row goes, and running runs leave it out from their next window on; its addresses
   * are suppressed on every channel, as HMACs; of its history only what and when remains, and every keeper forgets. Refused
   * rows of imports and kept answers that name one of its addresses go. The ledger keeps its id and its outcomes, so that all counts stay. Again, it changes nothing. Throws CONTACT_NOT_FOUND.
   */
  erase(contactId: number): Promise<ErasureResponse> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      await lockForSuppressions(db);
      const addresses = await removeContact(db, contactId);
      if (!addresses && !(await departureOf(db, contactId))) throw notFound('contact', contactId);
      if (addresses?.length) {
        await this.from.suppressions.suppress(
          addresses.map((address) => ({ address, channel: 'all', reason: 'erasure' })),
        );
        await forgetRejectionsAbout(db, addresses);
        await forgetKeysAbout(db, addresses);
      }
      await wipeConsentChanges(db, contactId);
      for (const { forget } of this.keepers) await forget(contactId, addresses ?? []);
      const { at } = await recordDeparture(db, contactId, true, this.clock.sql());
      return { contact_id: contactId, erased_at: at };
    });
  }
}
