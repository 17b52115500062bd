import { sql } from 'kysely';
import type { AudienceSlice } from '../audience/audience.service.js';
import type { BrakeCounts } from '../campaigns/domain/brakes.js';
import type { RunTotals } from '../campaigns/domain/run-totals.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';

/**
 * Freezes the next slice of an audience into batches: one INSERT … SELECT, so that ids never leave the server and a
 * slice is there wholly or not at all. Answers how many contacts it took and the last of them. Planned once a connection for
 * plain audiences: where many small runs open at one instant, planning is most of the cost.
 */
export async function freezeSlice(
  db: Db,
  run: { id: number; dueAt: Date },
  { members, plain }: Pick<AudienceSlice, 'members' | 'plain'>,
  sliceSize: number,
  batchSize: number,
): Promise<{ taken: number; through: number | null }> {
  const { rows } = await sql<{ taken: number; through: number | null }>`${plain ? prepared : sql``}
    with slice as materialized (
      select contact_id, (row_number() over (order by contact_id) - 1) / ${batchSize} as part
      from (select contact_id from (${members}) m order by contact_id limit ${sliceSize}) s
    ), frozen as (
      insert into run_batch (run_id, contact_ids, size, due_at)
      select ${run.id}, array_agg(contact_id order by contact_id), count(*), ${run.dueAt}
      from slice group by part order by part
      returning size, contact_ids[size] as last
    )
    select coalesce(sum(size), 0)::bigint as taken, max(last) as through from frozen`.execute(db);
  return rows[0]!;
}

/**
 * What the batches of a run add up to, in one snapshot. Pending is counted from what is unsettled in the batches, never
 * as "audience minus the rest": the identity must be able to fail.
 */
export async function countRun(db: Db, runId: number): Promise<RunTotals> {
  const { rows } =
    await sql<RunTotals>`${prepared}select ${batchTotals} from run_batch where run_id = ${runId}`.execute(db);
  return rows[0]!;
}

/** The columns of RunTotals over `run_batch` rows. */
export const batchTotals = sql`
  coalesce(sum(size) filter (where parent_seq is null), 0)::bigint as audience,
  coalesce(sum(size - sent - failed - skipped - in_doubt - deferred), 0)::bigint as pending,
  coalesce(sum(sent), 0)::bigint as sent, coalesce(sum(failed), 0)::bigint as failed,
  coalesce(sum(skipped), 0)::bigint as skipped, coalesce(sum(in_doubt), 0)::bigint as in_doubt`;

/** Whether any batch of the run is not done yet; two probes of small partial indexes. */
export async function hasUnfinishedBatch(db: Db, runId: number): Promise<boolean> {
  const { rows } = await sql<{ unfinished: boolean }>`${prepared}
    select exists (select from run_batch where run_id = ${runId} and state = 'ready')
        or exists (select from run_batch where run_id = ${runId} and state = 'leased') as unfinished`.execute(db);
  return rows[0]!.unfinished;
}

/** What the processing runs with failures have sent and failed, and what a brake had counted when it last stopped them. */
export async function failingRuns(
  db: Db,
): Promise<{ runId: number; brakedAt: BrakeCounts | null; sent: number; failed: number }[]> {
  const { rows } = await sql<{ runId: number; brakedAt: BrakeCounts | null; sent: number; failed: number }>`
    select r.id as "runId", r.braked_at as "brakedAt", t.sent, t.failed
    from run r cross join lateral (
      select sum(sent)::bigint as sent, sum(failed)::bigint as failed from run_batch where run_id = r.id
    ) t
    where r.finished_at is null and r.status = 'processing' and t.failed > 0`.execute(db);
  return rows;
}
