import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { AttemptResponse } from './delivery.dto.js';
import type { CampaignFacts } from './domain/campaign-rules.js';
import type { ContactFacts } from './domain/contact-rules.js';

/** The run that is going, else the latest that was carried out, else the latest; undefined where there is none. */
export async function presentRun(db: Db, campaignId: number): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    select id from run where campaign_id = ${campaignId}
    order by finished_at is not null, status in ('skipped', 'missed'), case when finished_at is null then id end, id desc
    limit 1`.execute(db);
  return rows[0]?.id;
}

/** What the tables know of one contact in a run. */
export type Place = Pick<ContactFacts, 'inAudience' | 'group' | 'firstDueAt' | 'batch' | 'end'> & {
  attempts: AttemptResponse[];
};

/** Who waits for a winner is due when one is decided; null where only people do. */
const whenDue = sql<Date | null>`
  case when isfinite(due_at) then due_at
       else (select r.decides_at from run r where r.id = run_id) end`;

/** A batch that one contact was in. */
type Waited = { first: boolean; variant: number | null } & NonNullable<ContactFacts['batch']>;

/** Where one contact stands in a run: its first and its last batch, its end, its failed tries. */
export async function placeOf(db: Db, runId: number, contactId: number): Promise<Place> {
  const { rows: batches } = await sql<Waited>`
    select parent_seq is null as first, ${whenDue} as "dueAt", variant,
           state = 'leased' and array_position(contact_ids, ${contactId}) <= intent_upto as "inFlight",
           doubtful
    from run_batch where run_id = ${runId} and ${contactId} = any(contact_ids) order by seq`.execute(db);
  const { rows: ends } = await sql<NonNullable<ContactFacts['end']>>`
    select outcome, reason, attempts, at from delivery
    where run_id = ${runId} and contact_id = ${contactId}`.execute(db);
  const { rows: attempts } = await sql<AttemptResponse>`
    select attempt, at, code, enhanced_code, response, transient, provider from delivery_attempt
    where run_id = ${runId} and contact_id = ${contactId} order by at`.execute(db);
  const firstDueAt = batches.find(({ first }) => first)?.dueAt ?? null;
  const batch = batches.at(-1) ?? null;
  const group = batch?.variant ?? null;
  return { inAudience: batch !== null, group, firstDueAt, batch, end: ends[0] ?? null, attempts };
}

/** What of a run is not done yet. */
export async function unfinishedOf(db: Db, runId: number, now: RawBuilder<Date>): Promise<CampaignFacts['batches']> {
  const { rows } = await sql<CampaignFacts['batches']>`
    select count(*) filter (where state = 'leased') as leased,
           count(*) filter (where state = 'ready' and due_at <= ${now}) as due,
           min(due_at) filter (where state = 'ready' and due_at <= ${now}) as "dueSince",
           min(${whenDue}) filter (where state = 'ready' and due_at > ${now}) as "nextDueAt",
           (array_agg(parent_seq is not null order by ${whenDue}, seq)
              filter (where state = 'ready' and due_at > ${now}))[1] as "nextIsRetry",
           (array_agg(not isfinite(due_at) order by ${whenDue}, seq)
              filter (where state = 'ready' and due_at > ${now}))[1] as "nextIsWinner"
    from run_batch where run_id = ${runId} and state in ('ready', 'leased')`.execute(db);
  return rows[0]!;
}

/** The first run of a campaign, before another one where it is named, that reached a contact; 0 for none. */
export async function reachedBefore(
  db: Db,
  campaignId: number,
  beforeRun: number | null,
  contactId: number,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select coalesce(min(r.id), 0) as id from run r join delivery d on d.run_id = r.id and d.contact_id = ${contactId}
    where r.campaign_id = ${campaignId} and (${beforeRun}::bigint is null or r.id < ${beforeRun})
      and d.outcome in ('sent', 'in_doubt')`.execute(db);
  return rows[0]!.id;
}
