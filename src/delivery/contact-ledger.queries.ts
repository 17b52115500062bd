import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { AttemptResponse } from './delivery.dto.js';

/** What became of one contact in one run. */
export interface ContactDelivery {
  run_id: number;
  campaign_id: number;
  campaign: string;
  channel: string;
  /** Whether the run tried out several messages. */
  varied: boolean;
  outcome: string;
  reason: string | null;
  attempts: number;
  provider_message_id: string | null;
  at: Date;
  failed_attempts: AttemptResponse[];
}

/**
 * Every delivery to a contact. The ledger has no index by contact, for it would cost every delivery: each run is asked by its
 * primary key instead, some microseconds a run.
 */
export async function ledgerOfContact(db: Db, contactId: number): Promise<ContactDelivery[]> {
  const { rows } = await sql<ContactDelivery>`
    select d.run_id, r.campaign_id, c.name as campaign, r.channel, r.variants is not null as varied, d.outcome, d.reason, d.attempts, d.provider_message_id, d.at,
           (select coalesce(jsonb_agg(jsonb_build_object('attempt', a.attempt, 'at', a.at, 'code', a.code,
                     'enhanced_code', a.enhanced_code, 'response', a.response, 'transient', a.transient, 'provider', a.provider) order by a.at), '[]')
            from delivery_attempt a where a.run_id = r.id and a.contact_id = ${contactId}) as failed_attempts
    from run r join campaign c on c.id = r.campaign_id
    cross join lateral (select * from delivery d where d.run_id = r.id and d.contact_id = ${contactId} offset 0) d
    order by d.run_id desc`.execute(db);
  return rows;
}

/** Empties what providers said about a contact; run by run by the primary keys, as above. */
export async function forgetWords(db: Db, contactId: number): Promise<void> {
  await sql`
    update delivery_attempt a set response = null from run r
    where a.run_id = r.id and a.contact_id = ${contactId} and a.response is not null`.execute(db);
  await sql`
    update delivery d set provider_message_id = null from run r
    where d.run_id = r.id and d.contact_id = ${contactId} and d.provider_message_id is not null`.execute(db);
}
