import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Judgement } from './domain/verdict.js';
import { lockJudging } from './hits.queries.js';

/** A request for something of a message to a contact. */
export interface ContactHit extends Judgement {
  run_id: number;
  /** 0 is the pixel. */
  number: number;
  at: Date;
  user_agent: string | null;
  address: string | null;
}

/** The hits of a contact, the latest first; each run is asked by the primary key, for there is no index by contact. */
export async function hitsOfContact(db: Db, contactId: number): Promise<ContactHit[]> {
  const { rows } = await sql<ContactHit>`
    select h.run_id, h.number, h.at, h.user_agent, h.address, h.verdict, h.reason
    from run r join hit h on h.run_id = r.id and h.contact_id = ${contactId}
    order by h.at desc, h.run_id desc, h.place desc`.execute(db);
  return rows;
}

/**
 * Takes from the hits of a contact where they came from and with what; that they were, and their verdicts, stay. Waits for
 * who keeps hits, and lets the next wait: hits that are on their way find the contact gone, and leave out the same.
 */
export async function wipeHits(db: Db, contactId: number): Promise<void> {
  await lockJudging(db);
  await sql`
    update hit h set user_agent = null, address = null
    from run r where h.run_id = r.id and h.contact_id = ${contactId}`.execute(db);
}
