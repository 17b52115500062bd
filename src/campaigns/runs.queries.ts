import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import { notFound } from '../platform/errors.js';
import type { BrakeCounts } from './domain/brakes.js';
import { ledgerDropped } from './campaigns.errors.js';
import { deadline, decidesAt } from './campaigns.queries.js';
import type { CampaignStatus, RunStatus } from './domain/campaign-status.js';
import type { CountShift, FrozenSlice, RunTotals, UnfrozenRun } from './domain/run-totals.js';

const unfrozen = sql`
  id, channel, audience, scheduled_for, zones_from, time_zone, late, send_window, opened_at, expires_at,
  frozen_through, audience_through, variants, test_share as "testShare", hold_out as "holdOut"`;

/** SKIP LOCKED: one process freezes a run at a time, others take another run. A cancelled run is not frozen further. */
export async function lockUnfrozen(db: Db): Promise<UnfrozenRun | undefined> {
  const { rows } = await sql<UnfrozenRun>`${prepared}
    select ${unfrozen} from run
    where finished_at is null and not frozen and status in ('processing', 'paused')
    order by id limit 1 for update skip locked`.execute(db);
  return rows[0];
}

/** Runs that this very transaction opened: nobody else can see them, so that they need no lock. */
export async function openedRuns(db: Db, runIds: number[]): Promise<UnfrozenRun[]> {
  const { rows } = await sql<UnfrozenRun>`${prepared}
    select ${unfrozen} from run where id = any(${runIds}::bigint[]) order by id`.execute(db);
  return rows;
}

/**
 * Moves freezing cursors, in the same transaction as the slices' batches; the first slice decides the provider. The last one
 * tells from when on the time of a test counts; what people decided meanwhile stays.
 */
export async function advanceFreeze(db: Db, slices: FrozenSlice[]): Promise<void> {
  const decides = decidesAt(sql`greatest(r.opened_at, s.tested_at)`);
  await sql`${prepared}
    update run r set frozen_through = s.through, frozen = s.frozen, zone_fallback = r.zone_fallback + s.fallback,
      provider = coalesce(r.provider, s.provider),
      decides_at = case when s.tested_at is null or r.decides_at is null then r.decides_at else ${decides} end,
      expires_at = case when s.tested_at is null then r.expires_at
                        else greatest(r.expires_at, ${deadline(sql`s.tested_at`, sql`r.zones_from`, decides)}) end
    from unnest(${bigints(slices.map(({ runId }) => runId))}::bigint[],
                ${bigints(slices.map(({ through }) => through))}::bigint[],
                ${texts(slices.map(({ frozen }) => String(frozen)))}::boolean[],
                ${bigints(slices.map(({ fallback }) => fallback))}::int[],
                ${texts(slices.map(({ provider }) => provider))}::text[],
                ${texts(slices.map(({ testedAt }) => testedAt?.toISOString() ?? null))}::timestamptz[])
           as s (id, through, frozen, fallback, provider, tested_at)
    where r.id = s.id`.execute(db);
}

/** Runs that have not ended, oldest first. */
export async function openRunIds(db: Db): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from run where finished_at is null order by id limit 10000`.execute(db);
  return rows.map(({ id }) => id);
}

/** Those of the runs that may not send now: paused, cancelled, at their end, or overdue. Takes no lock: it is asked again soon. */
export async function stoppedAmong(db: Db, now: RawBuilder<Date>, runIds: number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`${prepared}
    select id from run
    where id = any(${runIds}::bigint[]) and (status <> 'processing' or expires_at <= ${now})`.execute(db);
  return rows.map(({ id }) => id);
}

/** Locks a run and, before it, its campaign: always in this order, as opening and pausing do, so that nobody deadlocks. */
export async function lockRun(db: Db, runId: number): Promise<LockedRun | undefined> {
  await sql`${prepared}
    select from campaign where id = (select campaign_id from run where id = ${runId}) for update`.execute(db);
  const { rows } = await sql<LockedRun>`
    select r.campaign_id, r.status, r.finished_at is not null as finished,
           r.frozen or r.status = 'cancelling' as frozen, r.ledger_dropped_at, c.status as campaign_status, c.deleted_at is not null as deleted
    from run r join campaign c on c.id = r.campaign_id where r.id = ${runId} for update of r`.execute(db);
  return rows[0];
}

/** Locks a run whose outcomes are to change. Throws RUN_NOT_FOUND or LEDGER_DROPPED. */
export async function lockCorrectable(db: Db, runId: number): Promise<LockedRun> {
  const run = await lockRun(db, runId);
  if (!run) throw notFound('run', runId);
  if (run.ledger_dropped_at) throw ledgerDropped(runId, run.ledger_dropped_at);
  return run;
}

/** A run and what decides whether it may end or go on, true until the transaction ends. */
export interface LockedRun {
  campaign_id: number;
  status: RunStatus;
  finished: boolean;
  frozen: boolean;
  ledger_dropped_at: Date | null;
  campaign_status: CampaignStatus;
  /** Whether its campaign was deleted. */
  deleted: boolean;
}

/** Writes a run's final totals, and moves its campaign on when it was the last run open. Both rows are locked. */
export async function finishRun(db: Db, runId: number, totals: RunTotals, now: RawBuilder<Date>): Promise<void> {
  await sql`${prepared}
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
export async function holdRun(db: Db, runId: number, reason: string, counts: BrakeCounts | null): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    with owner as materialized (
      select id from campaign where id = (select campaign_id from run where id = ${runId}) for update
    ), held as (
      update run r set status = 'paused', reason = ${reason},
        braked_at = coalesce(${counts && JSON.stringify(counts)}::jsonb, r.braked_at) from owner
      where r.id = ${runId} and r.campaign_id = owner.id and r.status = 'processing'
      returning r.campaign_id
    ), paused as (
      update campaign c set status = 'paused', status_reason = ${reason}
      from held where c.id = held.campaign_id and c.status in ('pending', 'processing')
    )
    select exists (select from held) as held`.execute(db);
  return rows[0]!.held;
}

/**
 * Lets a run go on with recipients that are to be tried again: a finished one is open again, or paused where its campaign
 * is, and its whole time is before it. Campaign and run are locked.
 */
export async function reopenRun(
  db: Db,
  runId: number,
  campaignStatus: CampaignStatus,
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`
    with reopened as (
      update run set finished_at = null, reconciled_at = null, reconciliation_difference = null,
        expires_at = ${deadline(now, sql`zones_from`, sql`decides_at`)},
        status = case when finished_at is null then status when ${campaignStatus} = 'paused' then 'paused' else 'processing' end
      where id = ${runId} returning campaign_id
    )
    update campaign c set status = ${campaignStatus} from reopened where c.id = reopened.campaign_id`.execute(db);
}

/** Moves counts of a finished run, which is then to be reconciled anew; of an open run the batches alone hold the counts. */
export async function shiftTotals(
  db: Db,
  runId: number,
  { sent, failed, skipped, in_doubt }: CountShift,
): Promise<void> {
  await sql`
    update run set sent = sent + ${sent}, failed = failed + ${failed}, skipped = skipped + ${skipped},
      in_doubt = in_doubt + ${in_doubt}, reconciled_at = null, reconciliation_difference = null
    where id = ${runId} and finished_at is not null`.execute(db);
}

/**
 * Locks a run that ended before a moment and was not compared with its ledger since. SKIP LOCKED: each is compared by one
 * process, and one that is being corrected comes later.
 */
export async function lockUnreconciled(db: Db, endedBefore: RawBuilder<Date>): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    select id from run where finished_at is not null and reconciled_at is null and finished_at < ${endedBefore}
    order by id limit 1 for update skip locked`.execute(db);
  return rows[0]?.id;
}

/** Notes what comparing a locked run with its ledger found; null for no difference. */
export async function markReconciled(
  db: Db,
  runId: number,
  difference: object[] | null,
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`
    update run set reconciled_at = ${now}, reconciliation_difference = ${difference && JSON.stringify(difference)}::jsonb
    where id = ${runId}`.execute(db);
}
