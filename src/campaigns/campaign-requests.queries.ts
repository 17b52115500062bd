import { sql } from 'kysely';
import type { Db } from '../platform/database.js';

/**
 * Locks campaigns that one transaction will change several of, before it locks any segment or rule, which is the order of
 * whoever changes one: in another two of them would wait for each other.
 */
export async function lockCampaigns(db: Db, ids: number[]): Promise<void> {
  await sql`select from campaign where id = any(${ids}::bigint[]) order by id for update`.execute(db);
}
