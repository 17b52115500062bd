import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { AttemptResponse, ContactDeliveryResponse } from './delivery.dto.js';
import { failedAttempts } from './failed-attempts.queries.js';

/** What became of one contact in one run. */
export interface ContactDelivery {
  run_id: number;
  campaign_id: number;
  campaign: string;
  channel: string;
  /** Whether the run tried out several messages. */
  varied: boolean;
  /** `pending` in a run that froze it and has not come to it, or tries it again. */
  outcome: string;
  reason: string | null;
  attempts: number;
  provider_message_id: string | null;
  /** Null while it waits. */
  at: Date | null;
  failed_attempts: AttemptResponse[];
}

/**
 * Every delivery to a contact, and every one that it waits for in a run that has not ended. The ledger has no index by contact, for it would cost every delivery: each run is asked by its
 * primary key instead, some microseconds a run.
 */
export async function ledgerOfContact(db: Db, contactId: number): Promise<ContactDelivery[]> {
  const { rows } = await sql<ContactDelivery>`
    select r.id as run_id, r.campaign_id, c.name as campaign, r.channel, r.variants is not null as varied, d.outcome, d.reason, d.attempts, d.provider_message_id, d.at,
           ${failedAttempts(sql`r.id`, sql`d.contact_id`)} as failed_attempts
    from run r join campaign c on c.id = r.campaign_id
    cross join lateral (
      select contact_id, outcome::text, reason, attempts, provider_message_id, at from delivery d
      where d.run_id = r.id and d.contact_id = ${contactId}
      union all
      select ${contactId}, 'pending', null, w.attempt - 1, null, null from (
        select max(b.attempt) as attempt from run_batch b
        where r.finished_at is null and b.run_id = r.id and ${contactId} = any(b.contact_ids)) w
      where w.attempt is not null
        and not exists (select from delivery d where d.run_id = r.id and d.contact_id = ${contactId})
      offset 0) d
    order by r.id desc`.execute(db);
  return rows;
}

/**
 * What became of a contact in the runs before `beforeRun`, the newest first, at most so many. The runs are gone through from
 * the newest down, each asked by its primary key as above, until the page is full.
 */
export async function deliveriesOfContact(
  db: Db,
  contactId: number,
  beforeRun: number,
  most: number,
): Promise<ContactDeliveryResponse[]> {
  const { rows } = await sql<ContactDeliveryResponse>`
    select d.run_id, r.campaign_id, c.name as campaign_name, r.channel, d.outcome, d.reason, d.attempts, d.at
    from run r join campaign c on c.id = r.campaign_id
    cross join lateral (select * from delivery d where d.run_id = r.id and d.contact_id = ${contactId} offset 0) d
    where r.id < ${beforeRun} order by r.id desc limit ${most}`.execute(db);
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
