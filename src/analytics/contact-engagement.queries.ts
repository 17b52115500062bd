import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { ENGAGEMENT_KINDS, type EngagementKind } from './domain/engagement.js';

/** The first time a contact did something with the message of a run. */
export interface ContactEngaged {
  run_id: number;
  kind: EngagementKind;
  at: Date;
}

/** What a contact did, the latest first; each run and kind is asked by its primary key, for there is no index by contact. */
export async function engagementOfContact(db: Db, contactId: number): Promise<ContactEngaged[]> {
  const { rows } = await sql<ContactEngaged>`
    select e.run_id, e.kind, e.at from run r
    cross join unnest(${ENGAGEMENT_KINDS as unknown as string[]}::engagement_kind[]) k (kind)
    join engagement e on e.run_id = r.id and e.kind = k.kind and e.contact_id = ${contactId}
    order by e.at desc`.execute(db);
  return rows;
}
