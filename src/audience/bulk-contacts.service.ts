import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { CampanileError, MOST_NAMED } from '../platform/errors.js';
import { alreadyTaken } from './audience.errors.js';
import type { NewConsentChange } from './consent.queries.js';
import { changesOf, checked, identityOf, type Place } from './contact-input.js';
import { freeIdentities, takenIdentities } from './contact-identities.queries.js';
import { ContactUpserts } from './contact-upserts.js';
import { ContactWriting } from './contact-writing.js';
import type { BulkResult, CreateContact } from './contacts.dto.js';
import { adoptExternalIds, type Upserted } from './contacts.queries.js';
import { heeded } from './domain/consent-changes.js';
import { IDENTITIES } from './domain/identity.js';

const place: Place = (index) => `/contacts/${index}`;

/** Thousands of contacts at a time. `actor` is who asks, for the consent history. */
@Injectable()
export class BulkContactsService {
  constructor(
    private readonly em: EntityManager,
    private readonly upserts: ContactUpserts,
    private readonly writing: ContactWriting,
    private readonly config: Config,
  ) {}

  /**
   * Creates or updates up to 10,000 contacts in one transaction: all of them or, when one is wrong, none. Two contacts of
   * one call must not share an identity; one may take what another of the call gives up. Throws CONTACT_EXISTS, with the
   * place of each that is another contact's.
   */
  async write(given: CreateContact[], actor: string | null = null): Promise<BulkResult> {
    const contacts = checked(given, place, this.config.DEFAULT_COUNTRY);
    try {
      return await this.upsertAll(contacts, actor, false);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    // Seldom, and then it may be that they only change places: it would cost every call to ask.
    try {
      return await this.upsertAll(contacts, actor, true);
    } catch (error) {
      throw isTaken(error) ? await this.whatIsTaken(contacts, error) : error;
    }
  }

  private upsertAll(contacts: CreateContact[], actor: string | null, changePlaces: boolean): Promise<BulkResult> {
    return this.upserts.write(
      async (em) => {
        const db = em.getKysely();
        const all: Upserted[] = [];
        const changes: NewConsentChange[] = [];
        let kept = 0;
        for (const identity of IDENTITIES) {
          const indexes = [...contacts.keys()].filter((index) => identityOf(contacts[index]!) === identity);
          const group = indexes.map((index) => contacts[index]!);
          if (identity === 'external_id') await adoptExternalIds(db, group);
          if (identity === 'external_id' && changePlaces) await freeIdentities(db, contacts);
          const written = await this.upserts.upsert(em, group, (at) => place(indexes[at]!), identity);
          written.forEach(({ id, before, optedOut }, at) => {
            const said = heeded(group[at]!.consent, optedOut);
            if (said !== group[at]!.consent) kept += 1;
            changes.push(...changesOf(id, said, before, actor));
          });
          all.push(...written);
        }
        const ids = all.map(({ id }) => id);
        await this.writing.addressed(db, ids);
        await this.writing.consented(db, changes);
        const created = all.filter(({ before }) => before === null).length;
        const optedOut = kept > 0 ? { opted_out: kept } : {};
        return { created, updated: all.length - created, ...optedOut };
      },
      contacts.map(({ consent }) => consent),
    );
  }

  /** Whose identities are others'; where nobody's is any more, another call was there at the same moment. */
  private async whatIsTaken(contacts: CreateContact[], otherwise: CampanileError): Promise<CampanileError> {
    const taken = await takenIdentities(this.em.getKysely(), contacts, MOST_NAMED);
    if (taken.length === 0) return otherwise;
    return alreadyTaken(
      'contact',
      taken[0]!.name,
      taken.map(({ position, name }) => ({ pointer: `${place(position)}/${name}`, name })),
    );
  }
}

const isTaken = (error: unknown): error is CampanileError =>
  error instanceof CampanileError && error.code === 'CONTACT_EXISTS';
