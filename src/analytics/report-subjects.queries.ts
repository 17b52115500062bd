import { sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** How many runs of a campaign have no ledger any more. */
export async function droppedRuns(db: Db, campaignId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from run where campaign_id = ${campaignId} and ledger_dropped_at is not null`.execute(db);
  return rows[0]!.count;
}
