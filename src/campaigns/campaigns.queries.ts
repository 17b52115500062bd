import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../audience/domain/audience.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { Missed } from './domain/misfire.js';
import type { CampaignStatus, RunStatus } from './domain/campaign-status.js';
import { RUN_DEADLINE_HOURS } from './domain/run-deadline.js';
import { ZONES_SPREAD_MS } from './domain/recipient-time.js';

const SPREAD = `${ZONES_SPREAD_MS / 3_600_000} hours`;

/** Whether a run holds up the next: it has not ended, and is not merely ahead of its last time zones. */
const isGoing = (now: RawBuilder<Date>) => sql<boolean>`
  r.finished_at is null and (r.zones_from is null or r.zones_from + ${SPREAD}::interval <= ${now})`;

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
  const { rows } = await sql<{ id: number; now: Date }>`${prepared}
    select c.id, ${now} as now from campaign c
    where c.next_run_at <= ${now} and c.status in ('pending', 'processing') and c.deleted_at is null
      and c.id <> all(${except}::bigint[]) and (${only}::bigint is null or c.id = ${only})
      and not (c.overlap = 'queue' and exists (select from run r where r.campaign_id = c.id and ${isGoing(now)}))
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
  const { rows } = await sql<{ due: Date | null; now: Date }>`${prepared}
    select (select c.next_run_at from campaign c
            where c.next_run_at is not null and c.status in ('pending', 'processing') and c.deleted_at is null
              and c.id <> all(${except}::bigint[])
              and not (c.overlap = 'queue' and exists (select from run r where r.campaign_id = c.id and ${isGoing(now)}))
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

/** Which runs of a campaign have not ended: any, and any that holds up the next. */
export async function openRunsOf(
  db: Db,
  campaignId: number,
  now: RawBuilder<Date>,
): Promise<{ open: boolean; going: boolean }> {
  const { rows } = await sql<{ open: boolean; going: boolean }>`${prepared}
    select count(*) > 0 as open, coalesce(bool_or(${isGoing(now)}), false) as going
    from run r where campaign_id = ${campaignId} and finished_at is null`.execute(db);
  return rows[0]!;
}

/** Of so many latest runs the last end counts: only those launched by hand are not in their order. */
const RUNS_LOOKED_AT = 20;

/** When the campaign's latest run ended; null while it had none. */
export async function lastRunEnd(db: Db, campaignId: number): Promise<Date | null> {
  const { rows } = await sql<{ ended: Date | null }>`
    select max(finished_at) as ended
    from (select finished_at from run where campaign_id = ${campaignId} and status in ('completed', 'cancelled')
          order by id desc limit ${RUNS_LOOKED_AT}) latest`.execute(db);
  return rows[0]!.ended;
}

/** When what is left of a run is skipped as expired: so long after it began in its last time zone, anew after a pause. */
export const deadline = (now: RawBuilder<Date>, zonesFrom: RawBuilder<Date | null>) => sql<Date>`
  greatest(${now}, ${zonesFrom} + ${SPREAD}::interval) + ${`${RUN_DEADLINE_HOURS} hours`}::interval`;

/** When an occurrence is due: in the campaign's zone, and where recipients' clocks decide in the first of all zones. */
export interface RunTime {
  scheduledFor: Date;
  zonesFrom: Date | null;
}

/** Whom a run that opens is for, and the highest contact that may be in it: later ones do not join. */
export interface OpeningAudience {
  audience: Audience;
  through: number;
}

/**
 * Inserts the run of an occurrence with the campaign's content as it is now, or answers null where the occurrence has
 * one already: the unique pair (campaign, scheduled_for) decides every race between processes.
 */
export async function insertRun(
  db: Db,
  campaignId: number,
  { scheduledFor, zonesFrom }: RunTime,
  now: RawBuilder<Date>,
  { audience, through }: OpeningAudience,
): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`${prepared}
    insert into run (campaign_id, scheduled_for, channel, provider, subject, message, format, content_version, audience,
                     on_doubt, time_zone, late, send_window, zones_from, audience_through, opened_at, expires_at)
    select id, ${scheduledFor}, channel, provider, case when channel = 'email' then coalesce(subject, name) else subject end,
           message, format, content_version, ${JSON.stringify(audience)}::jsonb, on_doubt, time_zone, late, send_window, ${zonesFrom},
           ${through}, ${now}, ${deadline(now, sql`${zonesFrom}::timestamptz`)}
    from campaign where id = ${campaignId}
    on conflict (campaign_id, scheduled_for) do nothing
    returning id`.execute(db);
  return rows[0]?.id ?? null;
}

/** Records an occurrence, or a counted range of them, that was not carried out; false where the first has a run already. */
export async function insertIdleRun(
  db: Db,
  campaignId: number,
  status: Extract<RunStatus, 'skipped' | 'missed'>,
  reason: string,
  { from, to, count }: Missed,
  now: RawBuilder<Date>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into run (campaign_id, scheduled_for, status, reason, channel, message, format, content_version,
                     on_doubt, missed_count, missed_until, frozen, opened_at, expires_at, finished_at)
    select id, ${from}, ${status}, ${reason}, channel, '', format, content_version,
           on_doubt, ${count}, ${to}, true, ${now}, ${now}, ${now}
    from campaign where id = ${campaignId}
    on conflict (campaign_id, scheduled_for) do nothing
    returning 1`.execute(db);
  return rows.length > 0;
}

/** The last instant up to `to` that a run of the campaign accounts for, a missed range by its end; null for none. */
export async function accountedThrough(db: Db, campaignId: number, to: Date): Promise<Date | null> {
  const { rows } = await sql<{ through: Date | null }>`
    select max(coalesce(missed_until, scheduled_for)) as through from run
    where campaign_id = ${campaignId} and scheduled_for <= ${to}`.execute(db);
  return rows[0]!.through;
}

/** Moves a campaign on after an occurrence. The engine's own steps leave `version` alone: they are not edits. */
export async function advanceCampaign(
  db: Db,
  campaignId: number,
  step: { status: CampaignStatus; next: Date | null; openedAt: Date | null },
): Promise<void> {
  await sql`${prepared}
    update campaign set status = ${step.status}, next_run_at = ${step.next}, open_failures = 0,
      runs_started = runs_started + ${step.openedAt ? 1 : 0}, last_run_at = coalesce(${step.openedAt}, last_run_at)
    where id = ${campaignId}`.execute(db);
}

/** How often in a row a campaign may fail to open before it is given up as `failed`. */
const OPEN_ATTEMPTS = 5;

/**
 * Notes that opening failed; the fifth time in a row the campaign fails for good, with the reason. Answers the time that
 * it was due at where it was given up now.
 */
export async function recordOpenFailure(db: Db, campaignId: number, reason: string): Promise<Date | null> {
  const { rows } = await sql<{ given_up: Date | null }>`
    with before as materialized (select id, next_run_at from campaign where id = ${campaignId} for update)
    update campaign c set open_failures = open_failures + 1, status_reason = ${reason},
      status = case when open_failures + 1 >= ${OPEN_ATTEMPTS} then 'failed' else status end,
      next_run_at = case when open_failures + 1 >= ${OPEN_ATTEMPTS} then null else c.next_run_at end
    from before
    where c.id = before.id and c.status in ('pending', 'processing')
    returning case when c.status = 'failed' then before.next_run_at end as given_up`.execute(db);
  return rows[0]?.given_up ?? null;
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
    update run set status = 'processing', reason = null, expires_at = ${deadline(now, sql`zones_from`)}
    where campaign_id = ${campaignId} and status = 'paused'`.execute(db);
}
