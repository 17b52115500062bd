import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import type { Db } from '../platform/database.js';
import { CampanileError } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import { segmentIds } from './audience.queries.js';
import { ALL_IDS, ContactFactsService } from './contact-facts.service.js';
import { matching } from './contact-search.queries.js';
import type { ContactQuery, ContactResponse } from './contacts.dto.js';
import { contactsOf, listContacts } from './contacts.queries.js';
import { ruleCondition } from './segment-rule.queries.js';
import { segmentsNamed } from './segments.queries.js';
import { withinLimit } from './statement-limit.js';

/** How long a statement that finds contacts may take, in milliseconds. */
const LIST_LIMIT_MS = 5_000;

/** Finds contacts, by their segment and by what is known of them. */
@Injectable()
export class ContactSearchService {
  constructor(
    private readonly em: EntityManager,
    private readonly facts: ContactFactsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Those that match all that is asked, in the order they were made. Throws SEARCH_TOO_WIDE where a statement takes longer
   * than `limitMs`: of millions of contacts a page of those whom no index finds may be the last ones.
   */
  async list(query: ContactQuery, limitMs = LIST_LIMIT_MS): Promise<Page<ContactResponse>> {
    const after = decodeCursor(query.cursor) ?? 0;
    const rows = await withinLimit(this.em, limitMs, async (db) => {
      const within = await this.within(db, query.segment);
      return listContacts(db, query, after, sql`${await matching(db, query)} and ${within}`);
    });
    if (!rows) throw tooWide();
    return Page.cut(rows, query.limit, (contact) => contact.id);
  }

  /** Those of the contacts that are there, in this order. */
  those(ids: number[]): Promise<ContactResponse[]> {
    return contactsOf(this.em.getKysely(), ids);
  }

  /** The condition to be in a segment by its name; nobody is in one that is not there, and no name means everyone. */
  private async within(db: Db, segment: string | undefined): Promise<RawBuilder<boolean>> {
    if (segment === undefined) return sql`true`;
    const id = (await segmentIds(db, [segment])).get(segment);
    if (id === undefined) return sql`false`;
    const rules = new Map((await segmentsNamed(db, [id])).map((named) => [named.id, named.rule]));
    return ruleCondition({ segment: id }, { rules, now: this.clock.now(), facts: this.facts, ids: ALL_IDS });
  }
}

const tooWide = (): CampanileError =>
  new CampanileError(
    'invalid',
    'SEARCH_TOO_WIDE',
    'Looking through so many contacts takes too long; narrow the search, with an email, a search or an attribute of few.',
  );
