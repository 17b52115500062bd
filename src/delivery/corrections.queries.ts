import { type RawBuilder, sql } from 'kysely';
import type { CountShift } from '../campaigns/domain/run-totals.js';
import type { Db } from '../platform/database.js';
import type { Outcome } from './domain/outcome.js';
import { addedCounts, byCorrection } from './outcome-counts.queries.js';
import { unlessErased } from './erased.queries.js';
import { isAccount } from './stored-provider.queries.js';

/** Which recipients of a run are meant: those with one of these outcomes, and of them only the named. */
export interface Selection {
  outcomes: Outcome[];
  /** Null means all. */
  contactIds: number[] | null;
  /** Only those with this reason; null means any. */
  reason?: string | null;
  /** Of the batches made after the first and up to the second; all of them unless given. */
  between?: { after: number; upTo: number };
}

/** How many batches one statement looks through: fifty thousand recipients, and no transaction lasts minutes. */
const BATCHES_AT_ONCE = 100;

/**
 * The chosen recipients that came to an end, each with the batch that counts it: the last one it was in, which is the one
 * that no retry took it on from. The batches are locked in their order: a sender that records one of them waits, and two
 * corrections never wait in a circle. The caller holds the lock of the run, so nobody else takes an end back.
 */
function endedOf(runId: number, { outcomes, contactIds, reason = null, between }: Selection): RawBuilder<unknown> {
  const { after, upTo } = between ?? { after: 0, upTo: Number.MAX_SAFE_INTEGER };
  const counted = sql.join(
    outcomes.map((outcome) => sql`b.${sql.ref(outcome)}`),
    sql` + `,
  );
  return sql`
    source as materialized (
      select b.run_id, b.seq, b.contact_ids, b.crashes, b.provider, b.variant from run_batch b
      where b.run_id = ${runId} and b.seq > ${after} and b.seq <= ${upTo} and ${counted} > 0
        and (${contactIds}::bigint[] is null
             or exists (select from unnest(b.contact_ids) as u (id) where u.id = any(${contactIds}::bigint[])))
      order by b.seq limit ${between ? BATCHES_AT_ONCE : null} for update
    ), ended as materialized (
      select b.seq, b.crashes, b.provider, b.variant, d.contact_id, d.outcome, d.reason, d.attempts, d.at
      from source b, unnest(b.contact_ids) as x (contact_id), delivery d
      where d.run_id = ${runId} and d.contact_id = x.contact_id and d.outcome = any(${outcomes}::outcome[])
        and (${contactIds}::bigint[] is null or d.contact_id = any(${contactIds}::bigint[]))
        and (${reason}::text is null or d.reason = ${reason})
        and not exists (select from run_batch c
                        where c.run_id = b.run_id and c.parent_seq = b.seq and x.contact_id = any(c.contact_ids))
    )`;
}

/** What one statement did: how far it looked (null: there is nothing more), how many and, where they were named, whom. */
export interface Slice {
  through: number | null;
  taken: number;
  contactIds: number[];
}

const slice = (selection: Selection, changed: RawBuilder<unknown>) => sql`
  (select max(seq) from source) as through, (select count(*) from ${changed})::int as taken,
  coalesce((select array_agg(contact_id) from ${changed} where ${selection.contactIds !== null}), '{}') as "contactIds"`;

/**
 * Takes recipients with one outcome back from the ledger and, in the same statement, puts them into retry batches due
 * now: whoever looks sees each of them either ended or pending, never both and never neither. Attempts count on, and
 * who was in flight when a process ended goes alone this time, too. Who was in doubt stays doubtful: that people want them
 * sent to again does not tell whether the try before had reached them; they wait for its account, if it is still there.
 */
export async function takeBackEnded(
  db: Db,
  runId: number,
  selection: Selection & { outcomes: ['failed' | 'in_doubt'] },
  batchSize: number,
  now: RawBuilder<Date>,
): Promise<Slice> {
  const counter = sql.ref(selection.outcomes[0]);
  const { rows } = await sql<Slice>`
    with ${endedOf(runId, selection)}, taken as (
      delete from delivery d using ended e where d.run_id = ${runId} and d.contact_id = e.contact_id
      returning d.run_id, d.contact_id, d.at, d.outcome, d.reason, -1 as count
    ) ${addedCounts(sql`taken`, byCorrection(runId))}, parts as (
      select seq, contact_id, attempts, crashes, provider, variant,
             (row_number() over (partition by seq, attempts order by contact_id) - 1) / ${batchSize} as part
      from ended
    ), retries as (
      insert into run_batch (run_id, parent_seq, contact_ids, size, attempt, due_at, crashes, doubtful, variant, provider)
      select ${runId}, seq, array_agg(contact_id order by contact_id), count(*), attempts + 1, ${now}, crashes,
             ${selection.outcomes[0] === 'in_doubt'}, variant, case when ${isAccount(sql`provider`)} then provider end
      from parts group by seq, attempts, part, crashes, provider, variant order by seq
      returning parent_seq as seq, size
    ), moved as (
      select seq, sum(size)::int as size from retries group by seq
    ), counted as (
      update run_batch b set ${counter} = b.${counter} - m.size, deferred = b.deferred + m.size
      from moved m where b.run_id = ${runId} and b.seq = m.seq
    )
    select ${slice(selection, sql`taken`)}`.execute(db);
  return rows[0]!;
}

/** What recipients are settled to, and why; message ids stand in the order of the selection's contacts. */
export interface Verdict {
  outcome: 'sent' | 'failed';
  reason: string;
  providerMessageIds?: (string | null)[];
}

/** A slice with the counts that it moved. */
export type SettledSlice = Slice & CountShift;

/** Gives recipients that came to one end another one, in the ledger and in the counters of the batches that count them. */
export async function settleEnded(
  db: Db,
  runId: number,
  selection: Selection,
  { outcome, reason, providerMessageIds = [] }: Verdict,
): Promise<SettledSlice> {
  const was = (name: Outcome) => sql`count(*) filter (where e.outcome = ${name})::int`;
  const { rows } = await sql<Slice & Record<'sent' | 'failed' | 'skipped' | 'inDoubt', number>>`
    with ${endedOf(runId, selection)}, settled as (
      update delivery d set outcome = ${outcome}::outcome, reason = ${reason},
        provider_message_id = coalesce(${unlessErased(sql`d.contact_id`, sql`m.provider_message_id`)}, d.provider_message_id)
      from ended e
      left join unnest(${selection.contactIds ?? []}::bigint[], ${providerMessageIds}::text[])
        as m (contact_id, provider_message_id) on m.contact_id = e.contact_id
      where d.run_id = ${runId} and d.contact_id = e.contact_id
      returning d.run_id, d.contact_id, d.at, d.outcome, d.reason
    ), changes as (
      select s.run_id, e.at, e.outcome, e.reason, -1 as count from ended e join settled s on s.contact_id = e.contact_id
      union all select run_id, at, outcome, reason, 1 from settled
    ) ${addedCounts(sql`changes`, byCorrection(runId))}, moved as (
      select e.seq, count(*)::int as size, ${was('failed')} as failed, ${was('skipped')} as skipped,
             ${was('in_doubt')} as in_doubt
      from ended e group by e.seq
    ), counted as (
      update run_batch b set skipped = b.skipped - m.skipped, in_doubt = b.in_doubt - m.in_doubt,
        sent = b.sent + ${outcome === 'sent' ? sql`m.size` : 0},
        failed = b.failed - m.failed + ${outcome === 'failed' ? sql`m.size` : 0}
      from moved m where b.run_id = ${runId} and b.seq = m.seq
    )
    select ${slice(selection, sql`settled`)}, coalesce((select sum(failed) from moved), 0)::int as failed,
      coalesce((select sum(skipped) from moved), 0)::int as skipped,
      coalesce((select sum(in_doubt) from moved), 0)::int as "inDoubt"`.execute(db);
  const { through, taken, contactIds, failed, skipped, inDoubt } = rows[0]!;
  const shift = { sent: 0, failed: -failed, skipped: -skipped, in_doubt: -inDoubt };
  shift[outcome] += taken;
  return { through, taken, contactIds, ...shift };
}

/** The ends that these recipients came to so far; who is pending is not in the map. */
export async function endsOf(db: Db, runId: number, contactIds: number[]): Promise<Map<number, Outcome>> {
  const { rows } = await sql<{ contact_id: number; outcome: Outcome }>`
    select contact_id, outcome from delivery
    where run_id = ${runId} and contact_id = any(${contactIds}::bigint[])`.execute(db);
  return new Map(rows.map(({ contact_id, outcome }) => [contact_id, outcome]));
}

/** The last batch of a run so far: what comes later than a correction began is not part of it. */
export async function lastBatch(db: Db, runId: number): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select coalesce(max(seq), 0) as seq from run_batch where run_id = ${runId}`.execute(db);
  return rows[0]!.seq;
}
