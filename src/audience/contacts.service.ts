import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { invalid, notFound } from '../platform/errors.js';
import { requireVersion } from '../platform/version.js';
import type { ConsentFields, ConsentResponse } from './consent.dto.js';
import { optedOutOf } from './consent.queries.js';
import { Contact } from './contact.entity.js';
import { alone, changesOf, checked, identityOf, inNormalForm, propertiesOf } from './contact-input.js';
import { ContactUpserts } from './contact-upserts.js';
import { ContactWriting } from './contact-writing.js';
import type { ContactResponse, CreateContact, UpdateContact } from './contacts.dto.js';
import { adoptExternalIds, findContact, type Upserted } from './contacts.queries.js';
import { recordDeletion, removeContact } from './departure.queries.js';
import { heeded } from './domain/consent-changes.js';
import type { Identity } from './domain/identity.js';

/** The people, one at a time; `BulkContactsService` writes thousands. `actor` is who asks, for the consent history. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly em: EntityManager,
    private readonly upserts: ContactUpserts,
    private readonly writing: ContactWriting,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Creates one contact. Throws CONTACT_EXISTS where its email, phone or external_id is taken. */
  async create(given: CreateContact, actor: string | null = null): Promise<ContactResponse> {
    const [input] = checked([given], alone, this.config.DEFAULT_COUNTRY) as [CreateContact];
    return this.upserts.write(
      async (em) => {
        const { segments = [], ...fields } = input;
        const contact = em.create(Contact, propertiesOf(fields));
        await em.flush();
        await this.upserts.setSegments(em, [contact.id], [segments], () => '/segments');
        return this.written(em, contact.id, input.consent, null, actor);
      },
      [input.consent],
    );
  }

  /**
   * Creates the contact, or updates the one that has the identity `by`; without that, the first identity that is given. A
   * new external_id is given to the contact that has the email, or else the phone, and no external_id yet.
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
    return this.upserts.write(
      async (em) => {
        const identity = by ?? identityOf(input)!;
        if (identity === 'external_id') await adoptExternalIds(em.getKysely(), [input]);
        const [{ id, before, optedOut }] = (await this.upserts.upsert(em, [input], alone, identity)) as [Upserted];
        const said = heeded(input.consent, optedOut);
        return { contact: await this.written(em, id, said, before, actor), created: before === null };
      },
      [input.consent],
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
    return this.upserts.write(
      async (em) => {
        // Locked: of two edits at the same moment the second starts from the first, and none is lost.
        const contact = await em.findOne(Contact, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!contact) throw notFound('contact', id);
        requireVersion(contact.version, version);
        const before = { email: contact.emailConsent, sms: contact.smsConsent, push: contact.pushConsent };
        const consent = heeded(input.consent, await optedOutOf(em.getKysely(), id));
        const { segments, ...fields } = input;
        em.assign(contact, { ...propertiesOf({ ...fields, consent }), updatedAt: this.clock.now() });
        checked([{ external_id: contact.externalId, email: contact.email, phone: contact.phone }], alone);
        await em.flush();
        if (segments) await this.upserts.setSegments(em, [id], [segments], () => '/segments');
        return this.written(em, id, consent, before, actor);
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
    await this.upserts.write(async (em) => {
      const db = em.getKysely();
      const gone = await removeContact(db, id);
      if (!gone) throw notFound('contact', id);
      await recordDeletion(db, this.writing.key(), id, gone, this.clock.sql());
    });
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
}
