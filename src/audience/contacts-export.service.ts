import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import type { CsvColumns } from '../platform/download.js';
import { AudienceService } from './audience.service.js';
import type { Audience } from './domain/audience.js';
import type { ContactResponse } from './contacts.dto.js';
import { contactResponse } from './contacts.queries.js';

/** Contacts read together. */
const TOGETHER = 1_000;

/** What an exported contact is as a row of CSV: columns that an import understands, and five that it passes over. */
export const CONTACT_COLUMNS: CsvColumns<ContactResponse> = {
  id: ({ id }) => id,
  external_id: (contact) => contact.external_id,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  first_name: (contact) => contact.first_name,
  last_name: (contact) => contact.last_name,
  locale: ({ locale }) => locale,
  time_zone: (contact) => contact.time_zone,
  email_consent: ({ consent }) => consent.email,
  sms_consent: ({ consent }) => consent.sms,
  push_consent: ({ consent }) => consent.push,
  segments: ({ segments }) => (segments.some(needsJson) ? JSON.stringify(segments) : segments.join(';')),
  attributes: ({ attributes }) => JSON.stringify(attributes),
  push_subscriptions: (contact) => JSON.stringify(contact.push_subscriptions),
  suppressed: ({ suppressed }) => suppressed.join(';'),
  version: ({ version }) => version,
  created_at: (contact) => contact.created_at.toISOString(),
  updated_at: (contact) => contact.updated_at.toISOString(),
};

/** Whether a segment's name cannot stand in a list with semicolons between. */
const needsJson = (name: string): boolean => name.includes(';') || name.startsWith('[');

/** Contacts for a file, all or those of a segment. */
@Injectable()
export class ContactsExportService {
  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    private readonly clock: Clock,
  ) {}

  /**
   * Pages of contacts in the order they were made, up to the last there is now. Each page is read when it is asked for: a
   * slow reader holds no transaction open. Throws UNKNOWN_SEGMENT before the first.
   */
  async pages(segment: string | undefined): Promise<AsyncGenerator<ContactResponse[]>> {
    const include = segment === undefined ? null : await this.audience.segmentIds([segment], '/segment');
    const audience = await this.audience.define({ include, exclude: [], newTo: null });
    return this.read(audience, await this.audience.lastMember(audience));
  }

  private async *read(audience: Audience, last: number): AsyncGenerator<ContactResponse[]> {
    const now = this.clock.now();
    for (let after = 0; after < last;) {
      const { members, through } = this.audience.slice(audience, now, { after, through: last }, 'ids');
      const { rows } = await sql<ContactResponse>`
        select ${contactResponse}
        from (select contact_id from (${members}) m order by contact_id limit ${TOGETHER}) page
        join contact c on c.id = page.contact_id order by c.id`.execute(this.em.getKysely());
      if (rows.length > 0) yield rows;
      // A page that is not full has seen all of its slice.
      after = rows.length < TOGETHER ? through : rows.at(-1)!.id;
    }
  }
}
