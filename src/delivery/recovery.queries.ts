import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { sentOr } from './domain/settlement.js';
import { addedCounts, byEngine } from './outcome-counts.queries.js';

/** What recovery did to one batch whose lease had run out. */
export interface RecoveredBatch {
  runId: number;
  seq: number;
  inDoubt: number;
  resent: number;
  /** Of those in doubt: given up, for they ended the process that sent them once too often. */
  poisonous: number;
  /** Who was in flight, in which try, and the code under which the failure log has it. */
  lost: number[];
  attempt: number;
  code: string;
}

/** A recipient in flight in so many lost leases is given up, if it was alone in all but the first of them. */
const DEADLY_CRASHES = 3;

/**
 * Locks one batch whose lease ran out, for `takeBack` in the same transaction: only a statement that begins under the
 * lock sees all that the old owner still recorded. SKIP LOCKED: sweepers never wait for each other.
 */
export async function lockExpired(db: Db, now: RawBuilder<Date>): Promise<{ runId: number; seq: number } | undefined> {
  const { rows } = await sql<{ runId: number; seq: number }>`
    select run_id as "runId", seq from run_batch where state = 'leased' and lease_until < ${now}
    limit 1 for update skip locked`.execute(db);
  return rows[0];
}

/**
 * Takes back a locked batch whose lease ran out. Positions from the intent on surely did not leave: the batch becomes ready
 * for them. Positions below it without a trace (no delivery, not moved to a retry) may or may not have left: under
 * `hold`, or where there will be no other try, they become `in_doubt`; under `resend` a new try. The epoch rises, so
 * that the old owner, should it come back, can write nothing.
 *
 * One of those in flight may be what ended the process, and nobody can tell which, or whether it was any: a deploy ends
 * processes, too. So this is a crash of the batch, and what is left of it, like the new try, goes one by one (R18): who is
 * in flight in the next crash is there alone, nobody else is doubted for it, and the failure log keeps it apart
 * (`crashed`) from a crash in company (`lease_lost`). Only crashes alone speak against a recipient. The third of all,
 * the second alone, is taken for proof: it is tried no more, `in_doubt` as `poison`, for like every other it may have been
 * handed over; also under `hold`, where it takes people to send it again so often. Leases that are lost with nothing in
 * flight prove nothing and count nothing.
 */
export async function takeBack(
  db: Db,
  now: RawBuilder<Date>,
  { runId, seq }: { runId: number; seq: number },
  maxAttempts: number,
): Promise<RecoveredBatch> {
  const { rows } = await sql<RecoveredBatch>`
    with expired as materialized (
      select b.run_id, b.seq, b.attempt, b.contact_ids, b.intent_upto, b.provider, b.variant, b.crashes, b.crashes > 0 or b.size = 1 as one_by_one,
             r.on_doubt = 'resend' and b.attempt < ${maxAttempts}
               and r.status in ('processing', 'paused') and r.expires_at > ${now} as resend
      from run_batch b join run r on r.id = b.run_id
      where b.run_id = ${runId} and b.seq = ${seq}
    ), doubtful as materialized (
      select x.contact_id
      from expired e, unnest(e.contact_ids[1 : e.intent_upto]) as x (contact_id)
      where not exists (select from delivery d where d.run_id = e.run_id and d.contact_id = x.contact_id)
        and not exists (select from run_batch c
                        where c.run_id = e.run_id and c.parent_seq = e.seq and x.contact_id = any(c.contact_ids))
    ), logged as (
      insert into delivery_attempt (run_id, contact_id, attempt, at, code, response, transient, provider)
      select e.run_id, d.contact_id, e.attempt, ${now}, ${codeOf},
             'The process that sent it ended, or lost touch, before it had recorded an answer', true, e.provider
      from expired e, doubtful d
    ), poisonous as materialized (
      select d.contact_id from expired e, doubtful d
      where e.one_by_one and (
        select count(*) >= ${DEADLY_CRASHES - 1} and count(*) filter (where a.code = 'crashed') >= ${DEADLY_CRASHES - 2}
        from delivery_attempt a
        where a.run_id = e.run_id and a.contact_id = d.contact_id and a.code in ('lease_lost', 'crashed'))
    ), ended as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, at)
      select e.run_id, d.contact_id, 'in_doubt', case when p.contact_id is null then 'lease_lost' else 'poison' end,
             e.attempt, ${now}
      from expired e cross join doubtful d left join poisonous p on p.contact_id = d.contact_id
      where p.contact_id is not null or not e.resend
      returning run_id, at, outcome, reason, 1 as count
    ) ${addedCounts(sql`ended`, byEngine(runId))}, resent as (
      insert into run_batch (run_id, parent_seq, contact_ids, size, attempt, due_at, crashes, doubtful, provider, variant)
      select e.run_id, e.seq, array_agg(d.contact_id), count(*), e.attempt + 1, ${now}, e.crashes + 1, true, e.provider, e.variant
      from expired e, doubtful d where e.resend and d.contact_id not in (select contact_id from poisonous)
      group by e.run_id, e.seq, e.attempt, e.crashes, e.provider, e.variant
      returning size
    ), doubt as (
      select (select count(*) from doubtful) as doubtful, (select count(*) from poisonous)::int as poisonous,
             (select count(*) from ended)::int as held,
             coalesce((select size from resent), 0) as resent
    )
    update run_batch b set epoch = b.epoch + 1, flush = 0, owner = null, lease_until = null,
      in_doubt = b.in_doubt + doubt.held, deferred = b.deferred + doubt.resent,
      crashes = b.crashes + (doubt.doubtful > 0)::int,
      state = case when b.intent_upto = b.size then 'done' else 'ready' end
    from expired e, doubt
    where b.run_id = e.run_id and b.seq = e.seq
    returning b.run_id as "runId", b.seq, doubt.held as "inDoubt", doubt.resent, doubt.poisonous,
      array(select contact_id from doubtful order by contact_id) as lost, e.attempt, ${codeOf} as code`.execute(db);
  return rows[0]!;
}

/** What the failure log calls a message that was in flight when a lease was lost: alone, or with others. */
const codeOf = sql`case when e.one_by_one then 'crashed' else 'lease_lost' end`;

/** How many batches one statement skips: ten thousand recipients, some tens of milliseconds. */
const BATCHES_AT_ONCE = 20;

/**
 * Skips what has not left of runs that are being cancelled or are past their deadline; who waits for a repeat, and may
 * have been reached, is in doubt instead. Only batches that nobody leases are touched; a leased one is given back within
 * one window. Answers how many batches it ended.
 */
export async function skipRemaining(db: Db, now: RawBuilder<Date>): Promise<number> {
  const { rows } = await sql<{ batches: number }>`
    with ending as materialized (
      select b.run_id, b.seq, b.attempt, b.doubtful, b.contact_ids[b.intent_upto + 1 : b.size] as rest,
             case when r.status = 'cancelling' then 'cancelled' else 'expired' end as reason
      from run r join run_batch b on b.run_id = r.id and b.state = 'ready'
      where r.finished_at is null
        and (r.status = 'cancelling' or (r.status = 'processing' and r.expires_at <= ${now}))
      limit ${BATCHES_AT_ONCE} for update of b skip locked
    ), settled as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, at)
      select e.run_id, x.contact_id, (case when e.doubtful then 'in_doubt' else 'skipped' end)::outcome,
             case when e.doubtful then ${sentOr('')} || e.reason else e.reason end, greatest(e.attempt - 1, e.doubtful::int), ${now}
      from ending e, unnest(e.rest) as x (contact_id)
      returning run_id, at, outcome, reason, 1 as count
    ) ${addedCounts(sql`settled`, byEngine(sql`c.run_id`))}, ended as (
      update run_batch b set state = 'done', intent_upto = b.size,
        skipped = b.skipped + case when b.doubtful then 0 else b.size - b.intent_upto end,
        in_doubt = b.in_doubt + case when b.doubtful then b.size - b.intent_upto else 0 end
      from ending e where b.run_id = e.run_id and b.seq = e.seq
      returning 1
    )
    select count(*)::int as batches from ended`.execute(db);
  return rows[0]!.batches;
}
