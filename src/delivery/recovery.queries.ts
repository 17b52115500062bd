import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** What recovery did to one batch whose lease had run out. */
export interface RecoveredBatch {
  runId: number;
  seq: number;
  inDoubt: number;
  resent: number;
}

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
 */
export async function takeBack(
  db: Db,
  now: RawBuilder<Date>,
  { runId, seq }: { runId: number; seq: number },
  maxAttempts: number,
): Promise<RecoveredBatch> {
  const { rows } = await sql<RecoveredBatch>`
    with expired as materialized (
      select b.run_id, b.seq, b.attempt, b.contact_ids, b.intent_upto,
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
    ), held as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, at)
      select e.run_id, d.contact_id, 'in_doubt', 'lease_lost', e.attempt, ${now}
      from expired e, doubtful d where not e.resend
      returning contact_id
    ), resent as (
      insert into run_batch (run_id, parent_seq, contact_ids, size, attempt, due_at)
      select e.run_id, e.seq, array_agg(d.contact_id), count(*), e.attempt + 1, ${now}
      from expired e, doubtful d where e.resend
      group by e.run_id, e.seq, e.attempt
      returning size
    ), doubt as (
      select (select count(*) from held)::int as held, coalesce((select size from resent), 0) as resent
    )
    update run_batch b set epoch = b.epoch + 1, flush = 0, owner = null, lease_until = null,
      in_doubt = b.in_doubt + doubt.held, deferred = b.deferred + doubt.resent,
      state = case when b.intent_upto = b.size then 'done' else 'ready' end
    from expired e, doubt
    where b.run_id = e.run_id and b.seq = e.seq
    returning b.run_id as "runId", b.seq, doubt.held as "inDoubt", doubt.resent`.execute(db);
  return rows[0]!;
}

/** How many batches one statement skips: ten thousand recipients, some tens of milliseconds. */
const BATCHES_AT_ONCE = 20;

/**
 * Skips what has not left of runs that are being cancelled or are past their deadline. Only batches that nobody leases
 * are touched; a leased one is given back within one window. Answers how many batches it ended.
 */
export async function skipRemaining(db: Db, now: RawBuilder<Date>): Promise<number> {
  const { rows } = await sql<{ batches: number }>`
    with ending as materialized (
      select b.run_id, b.seq, b.attempt, b.contact_ids[b.intent_upto + 1 : b.size] as rest,
             case when r.status = 'cancelling' then 'cancelled' else 'expired' end as reason
      from run r join run_batch b on b.run_id = r.id and b.state = 'ready'
      where r.finished_at is null
        and (r.status = 'cancelling' or (r.status = 'processing' and r.expires_at <= ${now}))
      limit ${BATCHES_AT_ONCE} for update of b skip locked
    ), skipped as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, at)
      select e.run_id, x.contact_id, 'skipped', e.reason, e.attempt - 1, ${now}
      from ending e, unnest(e.rest) as x (contact_id)
    ), ended as (
      update run_batch b set state = 'done', skipped = b.skipped + b.size - b.intent_upto, intent_upto = b.size
      from ending e where b.run_id = e.run_id and b.seq = e.seq
      returning 1
    )
    select count(*)::int as batches from ended`.execute(db);
  return rows[0]!.batches;
}
