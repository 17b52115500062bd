import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../audience/domain/audience.js';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { CampaignStatus, RunStatus } from './domain/campaign-status.js';
import { RUN_DEADLINE_HOURS } from './domain/run-deadline.js';
import { ZONES_SPREAD_MS } from './domain/recipient-time.js';

const SPREAD = `${ZONES_SPREAD_MS / 3_600_000} hours`;

/** Whether a run holds up the next: it has not ended, and is not merely ahead of its last time zones. */
const isGoing = (now: RawBuilder<Date>) => sql<boolean>`
  r.finished_at is null and (r.zones_from is null or r.zones_from + ${SPREAD}::interval <= ${now})`;

/** Which due campaigns are meant: at most so many, none of `except`, and where `only` is set none but those. */
export interface DueCampaigns {
  most: number;
  except: number[];
  only: number[] | null;
}

/**
 * Locks the campaigns that have been due longest and answers their ids, in that order, with the database's time. SKIP
 * LOCKED: another process that is opening some must not hold up this one. A campaign with `overlap: queue` waits here while
 * a run of it is open. Those whose opening has failed come last, so that they never stand before a healthy one.
 */
export async function lockDue(
  db: Db,
  now: RawBuilder<Date>,
  { most, except, only }: DueCampaigns,
): Promise<{ id: number; now: Date }[]> {
  const { rows } = await sql<{ id: number; now: Date }>`${prepared}
    select c.id, ${now} as now from campaign c
    where c.next_run_at <= ${now} and c.status in ('pending', 'processing') and c.deleted_at is null
      and c.id <> all(${except}::bigint[]) and (${only}::bigint[] is null or c.id = any(${only}::bigint[]))
      and not (c.overlap = 'queue' and exists (select from run r where r.campaign_id = c.id and ${isGoing(now)}))
    order by c.open_failures, c.next_run_at
    limit ${most}::int
    for update of c skip locked`.execute(db);
  return rows;
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

/** Those of the campaigns that have a run which has not ended, and whether one of them holds up the next. */
export async function openRunsOf(
  db: Db,
  campaignIds: number[],
  now: RawBuilder<Date>,
): Promise<Map<number, { going: boolean }>> {
  const { rows } = await sql<{ id: number; going: boolean }>`${prepared}
    select r.campaign_id as id, bool_or(${isGoing(now)}) as going
    from run r where r.campaign_id = any(${campaignIds}::bigint[]) and r.finished_at is null
    group by r.campaign_id`.execute(db);
  return new Map(rows.map(({ id, going }) => [id, { going }]));
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

/**
 * When what is left of a run is skipped as expired: so long after it began in its last time zone, or its winner was to be
 * decided; anew after a pause.
 */
export const deadline = (
  now: RawBuilder<Date>,
  zonesFrom: RawBuilder<Date | null>,
  decidesAt: RawBuilder<Date | null>,
) => sql<Date>`
  greatest(${now}, ${zonesFrom} + ${SPREAD}::interval, ${decidesAt}) + ${`${RUN_DEADLINE_HOURS} hours`}::interval`;

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

/** A run that is to open: of which campaign, when it is due, whom it is for. */
export interface Opening {
  campaignId: number;
  time: RunTime;
  audience: OpeningAudience;
}

/** MJML is sent as the HTML it came to. */
const sentFormat = sql`case format when 'mjml' then 'html' else format end`;

/**
 * When the engine decides the winner of a run of which the last of the test is due at `tested`; null where it does not. What
 * a run opens with reckons with the last zone of all; the end of the freeze knows better.
 */
export const decidesAt = (tested: RawBuilder<Date>) => sql<Date | null>`
  ${tested} + (winner ->> 'after_minutes')::int * interval '1 minute'`;

/** What a message has beside its subject and its text, the same columns in both tables. */
const messageColumns = sql`kind, footer, preheader, reply_to, sender, text, headers, tracking, url, icon,
  variants, test_share, hold_out, winner`;

/**
 * Inserts runs of different campaigns with their content as it is now, and answers the run of each campaign; of one whose
 * occurrence has a run already none: the unique pair (campaign, scheduled_for) decides every race between processes.
 */
export async function insertRuns(db: Db, openings: Opening[], now: RawBuilder<Date>): Promise<Map<number, number>> {
  const instants = (of: (time: RunTime) => Date | null) =>
    texts(openings.map(({ time }) => of(time)?.toISOString() ?? null));
  const decision = decidesAt(sql`greatest(${now}, o.zones_from + ${SPREAD}::interval)`);
  const { rows } = await sql<{ campaign: number; id: number }>`${prepared}
    insert into run (campaign_id, scheduled_for, channel, provider, subject, message, format, ${messageColumns},
                     content_version, audience, on_doubt, time_zone, late, send_window, zones_from, audience_through, opened_at,
                     decides_at, expires_at)
    select c.id, o.scheduled_for, channel, provider,
           case when channel = 'email' then coalesce(subject, name) else subject end, coalesce(html, message), ${sentFormat}, ${messageColumns}, content_version,
           o.audience, on_doubt, time_zone, late, send_window, o.zones_from, o.through, ${now},
           ${decision}, ${deadline(now, sql`o.zones_from`, decision)}
    from unnest(${bigints(openings.map(({ campaignId }) => campaignId))}::bigint[],
                ${instants(({ scheduledFor }) => scheduledFor)}::timestamptz[],
                ${instants(({ zonesFrom }) => zonesFrom)}::timestamptz[],
                ${texts(openings.map(({ audience }) => JSON.stringify(audience.audience)))}::jsonb[],
                ${bigints(openings.map(({ audience }) => audience.through))}::bigint[])
           with ordinality as o (campaign_id, scheduled_for, zones_from, audience, through, n)
    join campaign c on c.id = o.campaign_id order by o.n
    on conflict (campaign_id, scheduled_for) do nothing
    returning campaign_id as campaign, id`.execute(db);
  return new Map(rows.map(({ campaign, id }) => [campaign, id]));
}

/** What a campaign comes to after an occurrence; `openedAt` is null where that did not become a run. */
export interface CampaignStep {
  id: number;
  status: CampaignStatus;
  next: Date | null;
  openedAt: Date | null;
}

/** Moves locked campaigns on after an occurrence. The engine's own steps leave `version` alone: they are not edits. */
export async function advanceCampaigns(db: Db, steps: CampaignStep[]): Promise<void> {
  const instants = (of: (step: CampaignStep) => Date | null) =>
    texts(steps.map((step) => of(step)?.toISOString() ?? null));
  await sql`${prepared}
    update campaign c set status = s.status, next_run_at = s.next, open_failures = 0,
      runs_started = c.runs_started + (s.opened_at is not null)::int, last_run_at = coalesce(s.opened_at, c.last_run_at)
    from unnest(${bigints(steps.map(({ id }) => id))}::bigint[], ${texts(steps.map(({ status }) => status))}::text[],
                ${instants(({ next }) => next)}::timestamptz[], ${instants(({ openedAt }) => openedAt)}::timestamptz[])
           as s (id, status, next, opened_at)
    where c.id = s.id`.execute(db);
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
    update run set status = 'processing', reason = null, expires_at = ${deadline(now, sql`zones_from`, sql`decides_at`)}
    where campaign_id = ${campaignId} and status = 'paused'`.execute(db);
}
