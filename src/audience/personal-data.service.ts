import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { forgetKeysAbout } from '../platform/idempotency.js';
import type { Db } from '../platform/database.js';
import { ConsentService } from './consent.service.js';
import { ContactWriting } from './contact-writing.js';
import { ContactsService } from './contacts.service.js';
import {
  departureOf,
  erasureToRevisit,
  noteRevisited,
  recordErasure,
  removeContact,
  wipeConsentChanges,
} from './departure.queries.js';
import type { HashedTraces, Traces } from './domain/traces.js';
import { leaveHashesOutOfImports, leaveOutOfImports } from './imports/erased-rows.queries.js';
import { forgetRejectionsAbout, forgetRejectionsNaming, rejectionsAbout } from './imports/rejections.queries.js';
import type { ContactExport, ErasureResponse } from './personal-data.dto.js';
import { lockForSuppressions } from './suppressions.queries.js';
import { SuppressionsService } from './suppressions.service.js';

/** By then whatever was on its way has come back: leases and connections end within minutes. */
const SECOND_LOOK_MINUTES = 60;

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
    readonly writing: ContactWriting,
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
    const { contacts, consent, suppressions, writing } = this.from;
    const contact = await contacts.get(contactId);
    const devices = contact.push_subscriptions.map(({ endpoint, token }) => endpoint ?? token);
    const addresses = [contact.email, contact.phone, ...devices].filter((address) => address != null);
    const externalId = contact.external_id ?? null;
    const parts = await Promise.all(
      this.keepers.map(async ({ name, tell }) => [name, await tell(contactId, addresses)] as const),
    );
    return {
      exported_at: this.clock.now(),
      contact,
      consent: await consent.of(contactId),
      consent_history: await consent.wholeHistory(contactId),
      suppressions: await suppressions.entriesAbout(addresses),
      refused_rows: await rejectionsAbout(this.em.getKysely(), writing.key(), { addresses, externalId }),
      records: Object.fromEntries(parts),
    };
  }

  /**
   * Erases a contact, in one transaction: its row goes, and running runs leave it out from their next window on; its addresses
   * are suppressed on every channel, as HMACs; of its history only what and when remains, and every keeper forgets. Refused
   * rows of imports and kept answers that name it go, and imports that have not ended leave it out. The ledger keeps its id and
   * its outcomes, so that all counts stay. One that was deleted before is erased by the HMACs that its deletion left. Again, it
   * changes nothing. What comes in later finds it erased, and an hour later `revisit` looks once more. Throws CONTACT_NOT_FOUND.
   */
  erase(contactId: number): Promise<ErasureResponse> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      await lockForSuppressions(db);
      const traces = await removeContact(db, contactId);
      const departed = traces ? undefined : await departureOf(db, contactId);
      if (traces) await this.eraseTraces(db, traces);
      else if (!departed) throw notFound('contact', contactId);
      else if (!departed.erased) await this.eraseHashed(db, departed);
      await forgetKeys(db, contactId, traces);
      await wipeConsentChanges(db, contactId);
      for (const { forget } of this.keepers) await forget(contactId, traces?.addresses ?? []);
      const { at } = await recordErasure(db, contactId, this.clock.sql());
      return { contact_id: contactId, erased_at: at };
    });
  }

  /**
   * Looks again at contacts that were erased a while ago, for what was recorded at that very moment, or of a message that was on
   * its way: each in a transaction of its own, until there is none left.
   */
  async revisit(): Promise<void> {
    while (await this.em.transactional((em) => this.revisitOne(em.getKysely())));
  }

  private async revisitOne(db: Db): Promise<boolean> {
    const before = sql<Date>`${this.clock.sql()} - ${SECOND_LOOK_MINUTES} * interval '1 minute'`;
    const contactId = await erasureToRevisit(db, before);
    if (contactId === undefined) return false;
    // As an erasure does, so that one of the same contact and this one do not wait in a circle.
    await lockForSuppressions(db);
    await forgetKeys(db, contactId);
    for (const { forget } of this.keepers) await forget(contactId, []);
    await noteRevisited(db, contactId);
    return true;
  }

  private async eraseTraces(db: Db, { addresses, externalId }: Traces): Promise<void> {
    const { suppressions, writing } = this.from;
    await suppressions.suppress(addresses.map((address) => ({ address, channel: 'all', reason: 'erasure' })));
    await leaveOutOfImports(db, writing.key(), externalId === null ? addresses : [...addresses, externalId]);
    await forgetRejectionsAbout(db, writing.key(), { addresses, externalId });
  }

  private async eraseHashed(db: Db, traces: HashedTraces): Promise<void> {
    const { suppressions, writing } = this.from;
    if (traces.addresses.length > 0) await suppressions.suppressErased(traces.addresses);
    await leaveHashesOutOfImports(db, [...traces.addresses, ...traces.identities]);
    await forgetRejectionsNaming(db, writing.key(), traces);
  }
}

/** Answers that are kept for repeats, also of one that had another address by then. */
const forgetKeys = (db: Db, id: number, traces?: Traces): Promise<void> =>
  forgetKeysAbout(db, {
    texts: traces?.addresses ?? [],
    value: traces?.externalId ?? null,
    noun: { route: 'POST /contacts', field: 'contact_id', id },
  });
