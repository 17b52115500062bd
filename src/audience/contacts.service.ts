import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { brokenConstraint } from '../platform/constraint.js';
import { invalid, notFound } from '../platform/errors.js';
import { throughCollisions } from '../platform/patience.js';
import { requireVersion } from '../platform/version.js';
import { alreadyTaken, noStaticSegments } from './audience.errors.js';
import { replaceMembership, staticSegmentIds } from './audience.queries.js';
import type { ConsentFields, ConsentResponse } from './consent.dto.js';
import type { NewConsentChange } from './consent.queries.js';
import { Contact } from './contact.entity.js';
import { alone, changesOf, checked, identityOf, inNormalForm, type Place, propertiesOf } from './contact-input.js';
import { ContactWriting } from './contact-writing.js';
import type { BulkResult, ContactResponse, CreateContact, UpdateContact } from './contacts.dto.js';
import { adoptExternalIds, findContact, type Upserted, upsertContacts } from './contacts.queries.js';
import { recordDeletion, removeContact } from './departure.queries.js';
import { IDENTITIES, type Identity } from './domain/identity.js';

/** The people: one at a time for the API, thousands at a time for bulk calls. `actor` is who asks, for the consent history. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly em: EntityManager,
    private readonly writing: ContactWriting,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Creates one contact. Throws CONTACT_EXISTS where its email, phone or external_id is taken. */
  async create(given: CreateContact, actor: string | null = null): Promise<ContactResponse> {
    const [input] = checked([given], alone, this.config.DEFAULT_COUNTRY) as [CreateContact];
    return this.write(
      async (em) => {
        const { segments = [], ...fields } = input;
        const contact = em.create(Contact, propertiesOf(fields));
        await em.flush();
        await this.setSegments(em, [contact.id], [segments], () => '/segments');
        return this.written(em, contact.id, input.consent, null, actor);
      },
      [input.consent],
    );
  }

  /**
   * Creates the contact, or updates the one that has the identity `by`; without that, the first identity that is given.
   * Throws INVALID_CONTACT where it is not given, CONTACT_EXISTS where another one is taken by somebody else.
   */
  async put(
    given: CreateContact,
    by: Identity | null = null,
    actor: string | null = null,
  ): Promise<{ contact: ContactResponse; created: boolean }> {
    if (by && given[by] == null)
      throw invalid('INVALID_CONTACT', [{ pointer: `/${by}`, message: `give the ${by} to look it up by` }]);
    const [input] = checked([given], alone, this.config.DEFAULT_COUNTRY) as [CreateContact];
    return this.write(
      async (em) => {
        const [{ id, before }] = (await this.upsert(em, [input], alone, by ?? identityOf(input)!)) as [Upserted];
        return { contact: await this.written(em, id, input.consent, before, actor), created: before === null };
      },
      [input.consent],
    );
  }

  /**
   * Creates or updates up to 10,000 contacts in one transaction: all of them or, when one is wrong, none. Two contacts of
   * one call must not share an identity.
   */
  async bulk(given: CreateContact[], actor: string | null = null): Promise<BulkResult> {
    const place: Place = (index) => `/contacts/${index}`;
    const contacts = checked(given, place, this.config.DEFAULT_COUNTRY);
    return this.write(
      async (em) => {
        const all: Upserted[] = [];
        const changes: NewConsentChange[] = [];
        for (const identity of IDENTITIES) {
          const indexes = [...contacts.keys()].filter((index) => identityOf(contacts[index]!) === identity);
          const group = indexes.map((index) => contacts[index]!);
          if (identity === 'external_id') await adoptExternalIds(em.getKysely(), group);
          const written = await this.upsert(em, group, (at) => place(indexes[at]!), identity);
          written.forEach(({ id, before }, at) => changes.push(...changesOf(id, group[at]!.consent, before, actor)));
          all.push(...written);
        }
        const ids = all.map(({ id }) => id);
        await this.writing.addressed(em.getKysely(), ids);
        await this.writing.consented(em.getKysely(), changes);
        const created = all.filter(({ before }) => before === null).length;
        return { created, updated: all.length - created };
      },
      contacts.map(({ consent }) => consent),
    );
  }

  /** Changes the given fields. Throws CONTACT_NOT_FOUND, CONTACT_EXISTS, or VERSION_MISMATCH for a stale `version`. */
  async update(
    id: number,
    given: UpdateContact,
    version: number | null,
    actor: string | null = null,
  ): Promise<ContactResponse> {
    const [input] = inNormalForm([given], alone, this.config.DEFAULT_COUNTRY) as [UpdateContact];
    return this.write(
      async (em) => {
        // Locked: of two edits at the same moment the second starts from the first, and none is lost.
        const contact = await em.findOne(Contact, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!contact) throw notFound('contact', id);
        requireVersion(contact.version, version);
        const before = { email: contact.emailConsent, sms: contact.smsConsent, push: contact.pushConsent };
        const { segments, ...fields } = input;
        em.assign(contact, { ...propertiesOf(fields), updatedAt: this.clock.now() });
        checked([{ external_id: contact.externalId, email: contact.email, phone: contact.phone }], alone);
        await em.flush();
        if (segments) await this.setSegments(em, [id], [segments], () => '/segments');
        return this.written(em, id, input.consent, before, actor);
      },
      [input.consent],
    );
  }

  async get(id: number): Promise<ContactResponse> {
    const contact = await findContact(this.em.getKysely(), id);
    if (!contact) throw notFound('contact', id);
    return contact;
  }

  /** The contact, or null where there is none (any more). */
  async find(id: number): Promise<ContactResponse | null> {
    return (await findContact(this.em.getKysely(), id)) ?? null;
  }

  /**
   * Deletes a contact. Runs that froze it keep its id and account for it as `skipped: contact_deleted`; its consent history
   * stays as evidence, as long as CONSENT_RETENTION_DAYS says.
   */
  async delete(id: number): Promise<void> {
    await this.write(async (em) => {
      const db = em.getKysely();
      const gone = await removeContact(db, id);
      if (!gone) throw notFound('contact', id);
      await recordDeletion(db, this.writing.key(), id, gone.addresses, this.clock.sql());
    });
  }

  /**
   * Upserts by an identity that all of them have until nothing is missing: a contact created by someone else meanwhile is
   * found by the next round. Answers in the order of the contacts.
   */
  private async upsert(
    em: EntityManager,
    contacts: CreateContact[],
    place: Place,
    identity: Identity,
  ): Promise<Upserted[]> {
    const written = new Map<string, Upserted>();
    for (let missing = contacts; missing.length > 0;) {
      for (const row of await upsertContacts(em.getKysely(), this.clock.sql(), identity, missing))
        written.set(row.identity, row);
      missing = contacts.filter((contact) => !written.has(contact[identity]!));
    }
    const inOrder = contacts.map((contact) => written.get(contact[identity]!)!);
    const named = [...contacts.keys()].filter((index) => contacts[index]!.segments);
    await this.setSegments(
      em,
      named.map((index) => inOrder[index]!.id),
      named.map((index) => contacts[index]!.segments!),
      (at) => `${place(named[at]!)}/segments`,
    );
    return inOrder;
  }

  /** The end of a write of one contact: what it owes, and the contact as it is now. */
  private async written(
    em: EntityManager,
    id: number,
    said: ConsentFields | undefined,
    before: ConsentResponse | null,
    actor: string | null,
  ): Promise<ContactResponse> {
    await this.writing.addressed(em.getKysely(), [id]);
    await this.writing.consented(em.getKysely(), changesOf(id, said, before, actor));
    return (await findContact(em.getKysely(), id))!;
  }

  /**
   * One transaction in which a taken email, phone or external_id becomes CONTACT_EXISTS; `said` is what it is going to say
   * about consent. Calls that name the same contacts by different identities lock them in different orders, so that one of
   * them may have to begin again.
   */
  private async write<T>(
    work: (em: EntityManager) => Promise<T>,
    said: (ConsentFields | undefined)[] = [],
  ): Promise<T> {
    try {
      return await throughCollisions(() =>
        this.em.transactional(async (em) => {
          await this.writing.begin(em.getKysely(), said);
          return work(em);
        }),
      );
    } catch (error) {
      const broken = brokenConstraint(error);
      const taken = IDENTITIES.find((name) => broken === `contact_${name}_unique`);
      throw taken ? alreadyTaken('contact', taken) : error;
    }
  }

  private async setSegments(
    em: EntityManager,
    contactIds: number[],
    segments: string[][],
    pointer: (index: number) => string,
  ): Promise<void> {
    const ids = await staticSegmentIds(em.getKysely(), [...new Set(segments.flat())]);
    const wrong = segments.findIndex((names) => names.some((name) => !ids.has(name)));
    if (wrong >= 0)
      throw noStaticSegments(
        segments[wrong]!.filter((name) => !ids.has(name)),
        pointer(wrong),
      );
    await replaceMembership(
      em.getKysely(),
      contactIds,
      segments.map((names) => names.map((name) => ids.get(name)!)),
    );
  }
}
