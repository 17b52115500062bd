import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Missed } from './domain/misfire.js';
import type { CampaignStatus, RunStatus } from './domain/campaign-status.js';
import { RUN_DEADLINE_HOURS } from './domain/run-deadline.js';

/**
 * Locks the campaign that has been due longest and answers its id with the database's time, or undefined. SKIP LOCKED:
 * another process that is opening one must not hold up this one. A campaign with `overlap: queue` waits here while a run
 * of it is open. Those whose opening has failed come last, so that they never stand before a healthy one.
 */
export async function lockNextDue(
  db: Db,
  now: RawBuilder<Date>,
  except: number[],
  only: number | null,
): Promise<{ id: number; now: Date } | undefined> {
  const { rows } = await sql<{ id: number; now: Date }>`
    select c.id, ${now} as now from campaign c
    where c.next_run_at <= ${now} and c.status in ('pending', 'processing') and c.deleted_at is null
      and c.id <> all(${except}::bigint[]) and (${only}::bigint is null or c.id = ${only})
      and not (c.overlap = 'queue'
               and exists (select from run r where r.campaign_id = c.id and r.finished_at is null))
    order by c.open_failures, c.next_run_at
    limit 1
    for update of c skip locked`.execute(db);
  return rows[0];
}

/** The earliest moment anything is due (perhaps past), and the database's time; one index probe. */
export async function nextDueAt(
  db: Db,
  now: RawBuilder<Date>,
  except: number[],
): Promise<{ due: Date | null; now: Date }> {
  const { rows } = await sql<{ due: Date | null; now: Date }>`
    select (select c.next_run_at from campaign c
            where c.next_run_at is not null and c.status in ('pending', 'processing') and c.deleted_at is null
              and c.id <> all(${except}::bigint[])
              and not (c.overlap = 'queue'
                       and exists (select from run r where r.campaign_id = c.id and r.finished_at is null))
            order by c.next_run_at limit 1) as due,
           ${now} as now`.execute(db);
  return rows[0]!;
}

/** Whether a run of the campaign is still going (a paused one is). */
export async function hasOpenRun(db: Db, campaignId: number): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select exists (select from run where campaign_id = ${campaignId} and finished_at is null) as open`.execute(db);
  return rows[0]!.open;
}

const DEADLINE = `${RUN_DEADLINE_HOURS} hours`;

/**
 * Inserts the run of an occurrence with the campaign's content as it is now, or answers null where the occurrence has
 * one already: the unique pair (campaign, scheduled_for) decides every race between processes.
 */
export async function insertRun(
  db: Db,
  campaignId: number,
  scheduledFor: Date,
  now: RawBuilder<Date>,
  audienceThrough: number,
): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    insert into run (campaign_id, scheduled_for, channel, subject, message, format, content_version, target_segment_id,
                     on_doubt, audience_through, opened_at, expires_at)
    select id, ${scheduledFor}, channel, case when channel = 'email' then coalesce(subject, name) else subject end,
           message, format, content_version, target_segment_id, on_doubt, ${audienceThrough}, ${now},
           ${now} + ${DEADLINE}::interval
    from campaign where id = ${campaignId}
    on conflict (campaign_id, scheduled_for) do nothing
    returning id`.execute(db);
  return rows[0]?.id ?? null;
}

/** Records an occurrence, or a counted range of them, that was not carried out. */
export async function insertIdleRun(
  db: Db,
  campaignId: number,
  status: Extract<RunStatus, 'skipped' | 'missed'>,
  reason: string,
  { from, to, count }: Missed,
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`
    insert into run (campaign_id, scheduled_for, status, reason, channel, message, format, content_version,
                     target_segment_id, on_doubt, missed_count, missed_until, frozen, opened_at, expires_at, finished_at)
    select id, ${from}, ${status}, ${reason}, channel, '', format, content_version,
           target_segment_id, on_doubt, ${count}, ${to}, true, ${now}, ${now}, ${now}
    from campaign where id = ${campaignId}
    on conflict (campaign_id, scheduled_for) do nothing`.execute(db);
}

/** Moves a campaign on after an occurrence. The engine's own steps leave `version` alone: they are not edits. */
export async function advanceCampaign(
  db: Db,
  campaignId: number,
  step: { status: CampaignStatus; next: Date | null; openedAt: Date | null },
): Promise<void> {
  await sql`
    update campaign set status = ${step.status}, next_run_at = ${step.next}, open_failures = 0,
      runs_started = runs_started + ${step.openedAt ? 1 : 0}, last_run_at = coalesce(${step.openedAt}, last_run_at)
    where id = ${campaignId}`.execute(db);
}

/** How often in a row a campaign may fail to open before it is given up as `failed`. */
const OPEN_ATTEMPTS = 5;

/** Notes that opening failed; the fifth time in a row the campaign fails for good, with the reason. */
export async function recordOpenFailure(db: Db, campaignId: number, reason: string): Promise<void> {
  await sql`
    update campaign set open_failures = open_failures + 1, status_reason = ${reason},
      status = case when open_failures + 1 >= ${OPEN_ATTEMPTS} then 'failed' else status end,
      next_run_at = case when open_failures + 1 >= ${OPEN_ATTEMPTS} then null else next_run_at end
    where id = ${campaignId} and status in ('pending', 'processing')`.execute(db);
}

/** Moves the open runs of a campaign from some statuses to another. */
export async function moveOpenRuns(
  db: Db,
  campaignId: number,
  from: RunStatus[],
  to: RunStatus,
  reason: string | null,
): Promise<void> {
  await sql`
    update run set status = ${to}, reason = ${reason}
    where campaign_id = ${campaignId} and finished_at is null and status = any(${from}::text[])`.execute(db);
}

/** Lets the paused runs of a campaign go on, with their whole time before them again. */
export async function resumeRuns(db: Db, campaignId: number, now: RawBuilder<Date>): Promise<void> {
  await sql`
    update run set status = 'processing', reason = null, expires_at = ${now} + ${DEADLINE}::interval
    where campaign_id = ${campaignId} and status = 'paused'`.execute(db);
}
