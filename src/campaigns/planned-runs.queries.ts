import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { Campaign } from './campaign.entity.js';

/**
 * The campaigns that open a run before a moment, the earliest first, with what their schedules rest on; an index range. Read
 * without the entity's other columns: the messages of a few dozen campaigns are most of what there would be to read.
 */
export async function dueBefore(db: Db, end: Date, most: number): Promise<Campaign[]> {
  const { rows } = await sql<Campaign>`${prepared}
    select id, name, channel, type, time_zone as "timeZone", recipient_time_zone as "recipientTimeZone",
      anchor_at as "anchorAt", anchor_local as "anchorLocal", frequency, "interval", weekdays, cron, until,
      max_runs as "maxRuns", runs_started as "runsStarted", next_run_at as "nextRunAt"
    from campaign
    where next_run_at < ${end} and status in ('pending', 'processing') and deleted_at is null
    order by next_run_at, id limit ${most}`.execute(db);
  return rows;
}
