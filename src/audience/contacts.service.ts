import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/constraint.js';
import { type FieldError, invalid, notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import { requireVersion } from '../platform/version.js';
import type { BulkResult, ContactQuery, ContactResponse, CreateContact, UpdateContact } from './contacts.dto.js';
import { alreadyTaken, noStaticSegments } from './audience.errors.js';
import { replaceMembership, segmentIds, staticSegmentIds } from './audience.queries.js';
import { Contact } from './contact.entity.js';
import { ALL_IDS, ContactFactsService } from './contact-facts.service.js';
import {
  contactsOf,
  findContact,
  IDENTITIES,
  type Identity,
  listContacts,
  upsertContacts,
} from './contacts.queries.js';
import { ruleCondition } from './segment-rule.queries.js';
import { segmentsNamed } from './segments.queries.js';

const identityOf = (contact: UpdateContact): Identity | undefined => IDENTITIES.find((name) => contact[name] != null);

/** The people: one at a time for the API, thousands at a time for bulk calls. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly em: EntityManager,
    private readonly facts: ContactFactsService,
    private readonly clock: Clock,
  ) {}

  /** Creates one contact. Throws CONTACT_EXISTS where its email, phone or external_id is taken. */
  async create(input: CreateContact): Promise<ContactResponse> {
    this.requireIdentities([input], () => '');
    return this.write(async (em) => {
      const { segments = [], ...fields } = input;
      const contact = em.create(Contact, propertiesOf(fields));
      await em.flush();
      await this.setSegments(em, [contact.id], [segments], () => '/segments');
      return (await findContact(em.getKysely(), contact.id))!;
    });
  }

  /**
   * Creates or updates up to 10,000 contacts in one transaction: all of them or, when one is wrong, none. Two contacts of
   * one call must not share an identity.
   */
  async bulk(contacts: CreateContact[]): Promise<BulkResult> {
    const pointer = (index: number) => `/contacts/${index}`;
    this.requireIdentities(contacts, pointer);
    return this.write(async (em) => {
      const result = { created: 0, updated: 0 };
      for (const identity of IDENTITIES) {
        const indexes = [...contacts.keys()].filter((index) => identityOf(contacts[index]!) === identity);
        const written = await this.upsert(
          em,
          identity,
          indexes.map((index) => contacts[index]!),
        );
        const named = indexes.filter((index) => contacts[index]!.segments);
        await this.setSegments(
          em,
          named.map((index) => written.get(contacts[index]![identity]!)!.id),
          named.map((index) => contacts[index]!.segments!),
          (at) => `${pointer(named[at]!)}/segments`,
        );
        for (const { created } of written.values()) result[created ? 'created' : 'updated'] += 1;
      }
      return result;
    });
  }

  /** Changes the given fields. Throws CONTACT_NOT_FOUND, CONTACT_EXISTS, or VERSION_MISMATCH for a stale `version`. */
  async update(id: number, input: UpdateContact, version: number | null): Promise<ContactResponse> {
    return this.write(async (em) => {
      // Locked: of two edits at the same moment the second starts from the first, and none is lost.
      const contact = await em.findOne(Contact, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!contact) throw notFound('contact', id);
      requireVersion(contact.version, version);
      const { segments, ...fields } = input;
      em.assign(contact, { ...propertiesOf(fields), updatedAt: new Date() });
      this.requireIdentities(
        [{ external_id: contact.externalId, email: contact.email, phone: contact.phone }],
        () => '',
      );
      await em.flush();
      if (segments) await this.setSegments(em, [id], [segments], () => '/segments');
      return (await findContact(em.getKysely(), id))!;
    });
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

  /** Those of the contacts that are there, in this order. */
  those(ids: number[]): Promise<ContactResponse[]> {
    return contactsOf(this.em.getKysely(), ids);
  }

  async list(query: ContactQuery): Promise<Page<ContactResponse>> {
    const within = await this.within(query.segment);
    const rows = await listContacts(this.em.getKysely(), query, decodeCursor(query.cursor) ?? 0, within);
    return Page.cut(rows, query.limit, (contact) => contact.id);
  }

  /** Deletes a contact. Runs that froze it keep its id and account for it as `skipped: contact_deleted`. */
  async delete(id: number): Promise<void> {
    const deleted = await this.em.fork().nativeDelete(Contact, { id });
    if (deleted === 0) throw notFound('contact', id);
  }

  /** The condition to be in a segment by its name; nobody is in one that is not there, and no name means everyone. */
  private async within(segment: string | undefined): Promise<RawBuilder<boolean>> {
    if (segment === undefined) return sql`true`;
    const db = this.em.getKysely();
    const id = (await segmentIds(db, [segment])).get(segment);
    if (id === undefined) return sql`false`;
    const rules = new Map((await segmentsNamed(db, [id])).map((named) => [named.id, named.rule]));
    return ruleCondition({ segment: id }, { rules, now: this.clock.now(), facts: this.facts, ids: ALL_IDS });
  }

  /** Upserts until nothing is missing: a contact created by someone else meanwhile is found by the next round. */
  private async upsert(em: EntityManager, identity: Identity, contacts: CreateContact[]) {
    const written = new Map<string, { id: number; created: boolean }>();
    for (let missing = contacts; missing.length > 0;) {
      for (const row of await upsertContacts(em.getKysely(), identity, missing)) written.set(row.identity, row);
      missing = contacts.filter((contact) => !written.has(contact[identity]!));
    }
    return written;
  }

  /** One transaction in which a taken email, phone or external_id becomes CONTACT_EXISTS. */
  private async write<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.em.transactional(work);
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

  private requireIdentities(contacts: UpdateContact[], pointer: (index: number) => string): void {
    const seen = new Map<string, number>();
    const errors: FieldError[] = [];
    contacts.forEach((contact, index) => {
      if (!identityOf(contact))
        errors.push({ pointer: pointer(index), message: 'give an email, a phone or an external_id' });
      for (const identity of IDENTITIES.filter((name) => contact[name] != null)) {
        const key = `${identity}:${contact[identity]}`;
        const earlier = seen.get(key);
        if (earlier === undefined) seen.set(key, index);
        else errors.push({ pointer: `${pointer(index)}/${identity}`, message: `is also given at ${pointer(earlier)}` });
      }
    });
    if (errors.length > 0) throw invalid('INVALID_CONTACT', errors);
  }
}

/** Entity properties of a request's fields: absent ones stay absent. */
function propertiesOf({ consent, ...fields }: Omit<UpdateContact, 'segments'>): Partial<Contact> {
  const properties = {
    externalId: fields.external_id,
    email: fields.email,
    phone: fields.phone,
    pushSubscriptions: fields.push_subscriptions,
    firstName: fields.first_name,
    lastName: fields.last_name,
    locale: fields.locale,
    timeZone: fields.time_zone,
    attributes: fields.attributes,
    emailConsent: consent?.email,
    smsConsent: consent?.sms,
    pushConsent: consent?.push,
  };
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Partial<Contact>;
}
