import { sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { RunStatus } from '../campaigns/domain/campaign-status.js';
import type { Format } from '../campaigns/domain/content.js';
import type { TrackingWish } from '../campaigns/domain/tracking.js';
import type { Db } from '../platform/database.js';
import type { Hitters } from './domain/engagement.js';
import { firstDeeds } from './first-deeds.queries.js';
import type { StepCounts } from './outcome-counts.dto.js';

/** A run with what had become of its recipients at an age. */
export interface AgedRun extends StepCounts {
  run_id: number;
  scheduled_for: Date;
  opened_at: Date;
  status: RunStatus;
  channel: Channel;
  format: Format;
  tracking: TrackingWish | null;
}

/** Which runs: those before this one, at most so many. */
interface Range {
  before: number;
  most: number;
}

/**
 * The runs of a campaign that were carried out and have their ledger, newest first, as they were so many milliseconds after
 * the minute in which they opened.
 */
export async function runsAtAge(
  db: Db,
  campaignId: number,
  ageMs: number,
  range: Range,
  hitters: Hitters,
): Promise<AgedRun[]> {
  const until = sql`date_trunc('minute', r.opened_at) + ${ageMs}::bigint * interval '1 ms'`;
  const { rows } = await sql<AgedRun>`
    select r.id as run_id, r.scheduled_for, r.opened_at, r.status, r.channel, r.format, r.tracking, m.*, e.*
    from run r
    cross join lateral (
      select coalesce(sum(sent), 0)::bigint as sent, coalesce(sum(failed), 0)::bigint as failed,
             coalesce(sum(skipped), 0)::bigint as skipped, coalesce(sum(in_doubt), 0)::bigint as in_doubt
      from run_minute where run_id = r.id and minute < ${until}) m
    cross join lateral (
      select count(*) filter (where kind = 'opened') as opened, count(*) filter (where kind = 'clicked') as clicked
      from ${firstDeeds(sql`= r.id`, hitters)} d where at < ${until}) e
    where r.campaign_id = ${campaignId} and r.id < ${range.before} and r.ledger_dropped_at is null
      and r.status not in ('skipped', 'missed')
    order by r.id desc limit ${range.most}`.execute(db);
  return rows;
}
