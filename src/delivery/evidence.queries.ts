import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { endsOf, settleEnded, type SettledSlice } from './corrections.queries.js';
import { CORRECTS, type EvidenceVerdict } from './domain/evidence.js';
import { unlessErased } from './erased.queries.js';
import { addedCounts, byCorrection } from './outcome-counts.queries.js';

/** The reason of an end that evidence came to. */
export const LATE_EVIDENCE = 'late_evidence';

/** A recipient about whom evidence came late, with the provider's own id of the message where it gave one. */
export interface Proven {
  contactId: number;
  providerMessageId?: string | null;
}

const nothing: SettledSlice = {
  through: null,
  taken: 0,
  contactIds: [],
  sent: 0,
  failed: 0,
  skipped: 0,
  in_doubt: 0,
};

/**
 * Whom of these recipients of a run an account may speak about that is not the run's own: those in a batch that it had, and
 * all where it stands by for the run's own, for a batch that went back tells no more who had it in between. Batches of
 * versions that did not note their account are anybody's. Locks nothing: an account that has a batch later says it again.
 */
export async function carriedBy(db: Db, runId: number, account: string, contactIds: number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with standing_by as materialized (
      select from run r join provider p on p.name = r.provider join provider f on f.id = p.fallback_id
      where r.id = ${runId} and f.name = ${account}
    )
    select x.id from unnest(${contactIds}::bigint[]) x (id)
    where exists (select from standing_by)
       or exists (select from run_batch b join run r on r.id = b.run_id
                  where b.run_id = ${runId} and x.id = any(b.contact_ids)
                    and (b.provider = ${account} or coalesce(b.provider, r.provider) is null))`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Lets late evidence settle those of these recipients whose end it may change, on the row and in the counters of whichever
 * batch counts them now, and spares those who were accepted a repeat that they wait for. Most evidence changes nothing, so
 * the ends are looked up first. The caller holds the lock of the run.
 */
export async function settleByEvidence(
  db: Db,
  now: RawBuilder<Date>,
  runId: number,
  verdict: EvidenceVerdict,
  proven: Proven[],
): Promise<SettledSlice> {
  const spared = verdict === 'accepted' ? await settleWaiting(db, now, runId, proven) : [];
  const settled = await settleEnds(db, runId, verdict, proven);
  return { ...settled, contactIds: [...settled.contactIds, ...spared] };
}

async function settleEnds(db: Db, runId: number, verdict: EvidenceVerdict, proven: Proven[]): Promise<SettledSlice> {
  const ids = new Map(proven.map(({ contactId, providerMessageId = null }) => [contactId, providerMessageId]));
  const ends = await endsOf(db, runId, [...ids.keys()]);
  const outcomes = CORRECTS[verdict].filter((outcome) => [...ends.values()].includes(outcome));
  if (outcomes.length === 0) return nothing;
  return settleEnded(
    db,
    runId,
    { outcomes, contactIds: [...ids.keys()] },
    {
      outcome: verdict === 'accepted' ? 'sent' : 'failed',
      reason: LATE_EVIDENCE,
      providerMessageIds: [...ids.values()],
    },
  );
}

/**
 * Ends as `sent` those of the accepted who wait in a retry batch that nobody leases: they go to its settled positions, so
 * that no repeat reaches them. The batches are locked in their order; a sender that wants one passes it over. The run is
 * open, so no totals move. Answers whom it spared.
 */
async function settleWaiting(db: Db, now: RawBuilder<Date>, runId: number, accepted: Proven[]): Promise<number[]> {
  const ids = accepted.map(({ contactId }) => contactId);
  const { rows } = await sql<{ contactId: number }>`
    with waiting as materialized (
      select b.seq, b.attempt, b.contact_ids[1 : b.intent_upto] as before, b.contact_ids[b.intent_upto + 1 : b.size] as rest
      from run_batch b
      where b.run_id = ${runId} and b.parent_seq is not null and b.state = 'ready'
        and b.contact_ids[b.intent_upto + 1 : b.size] && ${ids}::bigint[]
      order by b.seq for update
    ), spared as materialized (
      select w.seq, w.attempt, a.contact_id, a.provider_message_id
      from waiting w
      join unnest(${ids}::bigint[], ${accepted.map(({ providerMessageId = null }) => providerMessageId)}::text[])
        as a (contact_id, provider_message_id) on a.contact_id = any(w.rest)
    ), kept as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, provider_message_id, at)
      select ${runId}, contact_id, 'sent', 'late_evidence', greatest(attempt - 1, 1),
             ${unlessErased(sql`spared.contact_id`, sql`min(provider_message_id)`)}, ${now}
      from spared group by contact_id, attempt
      returning run_id, at, outcome, reason, 1 as count
    ) ${addedCounts(sql`kept`, byCorrection(runId))}, gone as (
      select seq, array_agg(distinct contact_id) as ids from spared group by seq
    ), moved as (
      update run_batch b set sent = b.sent + cardinality(g.ids), intent_upto = b.intent_upto + cardinality(g.ids),
        contact_ids = w.before || g.ids || array(select id from unnest(w.rest) with ordinality r (id, n)
                                                 where id <> all(g.ids) order by n),
        state = case when b.intent_upto + cardinality(g.ids) = b.size then 'done' else 'ready' end
      from waiting w join gone g on g.seq = w.seq
      where b.run_id = ${runId} and b.seq = w.seq
    )
    select distinct contact_id as "contactId" from spared`.execute(db);
  return rows.map(({ contactId }) => contactId);
}

/** Adds late refusals to the failure log of the tries they are about, in the provider's words unless they are about somebody erased. */
export async function logRefusals(
  db: Db,
  runId: number,
  refused: { contactId: number; response: string | null }[],
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`
    insert into delivery_attempt (run_id, contact_id, attempt, at, code, response, transient)
    select d.run_id, d.contact_id, d.attempts, ${now}, 'late_refusal', ${unlessErased(sql`d.contact_id`, sql`x.response`)}, false
    from unnest(${refused.map(({ contactId }) => contactId)}::bigint[],
                ${refused.map(({ response }) => response)}::text[]) as x (contact_id, response)
    join delivery d on d.run_id = ${runId} and d.contact_id = x.contact_id
    on conflict do nothing`.execute(db);
}
