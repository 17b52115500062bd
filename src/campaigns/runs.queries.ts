import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { FrozenSlice, RunTotals, UnfrozenRun } from './domain/run-totals.js';

/** SKIP LOCKED: one process freezes a run at a time, others take another run. A cancelled run is not frozen further. */
export async function lockUnfrozen(db: Db, runId: number | null): Promise<UnfrozenRun | undefined> {
  const { rows } = await sql<UnfrozenRun>`
    select id, channel, target_segment_id, scheduled_for, zones_from, time_zone, late, send_window, opened_at, expires_at,
           frozen_through, audience_through
    from run
    where finished_at is null and not frozen and status in ('processing', 'paused')
      and (${runId}::bigint is null or id = ${runId})
    order by id limit 1 for update skip locked`.execute(db);
  return rows[0];
}

/** Moves the freezing cursor, in the same transaction as the slice's batches; the first slice decides the provider. */
export async function advanceFreeze(db: Db, runId: number, slice: FrozenSlice): Promise<void> {
  await sql`
    update run set frozen_through = ${slice.through}, frozen = ${slice.frozen},
      zone_fallback = zone_fallback + ${slice.fallback}, provider = coalesce(provider, ${slice.provider})
    where id = ${runId}`.execute(db);
}

/** Runs that have not ended, oldest first. */
export async function openRunIds(db: Db): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from run where finished_at is null order by id limit 10000`.execute(db);
  return rows.map(({ id }) => id);
}

/** Locks a run and, before it, its campaign: always in this order, as opening and pausing do, so that nobody deadlocks. */
export async function lockRun(
  db: Db,
  runId: number,
): Promise<{ campaign_id: number; finished: boolean; frozen: boolean } | undefined> {
  await sql`
    select from campaign where id = (select campaign_id from run where id = ${runId}) for update`.execute(db);
  const { rows } = await sql<{ campaign_id: number; finished: boolean; frozen: boolean }>`
    select campaign_id, finished_at is not null as finished, frozen or status = 'cancelling' as frozen
    from run where id = ${runId} for update`.execute(db);
  return rows[0];
}

/** Writes a run's final totals, and moves its campaign on when it was the last run open. Both rows are locked. */
export async function finishRun(db: Db, runId: number, totals: RunTotals, now: RawBuilder<Date>): Promise<void> {
  await sql`
    with ended as (
      update run set status = case status when 'cancelling' then 'cancelled' else 'completed' end,
        finished_at = ${now}, frozen = true, audience_size = ${totals.audience}, sent = ${totals.sent},
        failed = ${totals.failed}, skipped = ${totals.skipped}, in_doubt = ${totals.in_doubt}
      where id = ${runId} returning campaign_id
    )
    update campaign c set status = case when c.next_run_at is null then 'completed' else 'pending' end
    from ended
    where c.id = ended.campaign_id and c.status = 'processing'
      and not exists (select from run r where r.campaign_id = c.id and r.id <> ${runId} and r.finished_at is null)`.execute(
    db,
  );
}

/** Pauses a processing run and its campaign with a reason; the campaign is locked first, as everywhere. */
export async function holdRun(db: Db, runId: number, reason: string): Promise<void> {
  await sql`
    with owner as materialized (
      select id from campaign where id = (select campaign_id from run where id = ${runId}) for update
    ), held as (
      update run r set status = 'paused', reason = ${reason} from owner
      where r.id = ${runId} and r.campaign_id = owner.id and r.status = 'processing'
      returning r.campaign_id
    )
    update campaign c set status = 'paused', status_reason = ${reason}
    from held where c.id = held.campaign_id and c.status in ('pending', 'processing')`.execute(db);
}

/** Moves recipients of a finished run from in doubt to sent; of an open run the batches alone hold the counts. */
export async function settleDoubt(db: Db, runId: number, count: number): Promise<void> {
  await sql`
    update run set in_doubt = in_doubt - ${count}, sent = sent + ${count}
    where id = ${runId} and finished_at is not null`.execute(db);
}
