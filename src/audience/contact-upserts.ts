import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/constraint.js';
import { throughCollisions } from '../platform/patience.js';
import { alreadyTaken, noStaticSegments } from './audience.errors.js';
import { replaceMembership, staticSegmentIds } from './audience.queries.js';
import type { ConsentFields } from './consent.dto.js';
import type { Place } from './contact-input.js';
import { ContactWriting } from './contact-writing.js';
import type { CreateContact } from './contacts.dto.js';
import { type Upserted, upsertContacts } from './contacts.queries.js';
import { IDENTITIES, type Identity } from './domain/identity.js';

/** How the API writes contacts, one or thousands: in one transaction, with the segments they name. */
@Injectable()
export class ContactUpserts {
  constructor(
    private readonly em: EntityManager,
    private readonly writing: ContactWriting,
    private readonly clock: Clock,
  ) {}

  /**
   * One transaction in which a taken email, phone or external_id becomes CONTACT_EXISTS; `said` is what it is going to say
   * about consent. Calls that name the same contacts by different identities lock them in different orders, so that one of
   * them may have to begin again.
   */
  async write<T>(work: (em: EntityManager) => Promise<T>, said: (ConsentFields | undefined)[] = []): Promise<T> {
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

  /**
   * Upserts by an identity that all of them have until nothing is missing: a contact created by someone else meanwhile is
   * found by the next round. Answers in the order of the contacts.
   */
  async upsert(em: EntityManager, contacts: CreateContact[], place: Place, identity: Identity): Promise<Upserted[]> {
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

  /** Puts contacts into exactly the segments at their position. Throws UNKNOWN_SEGMENT with the pointer of the first wrong ones. */
  async setSegments(
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
