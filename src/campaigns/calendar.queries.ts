import { sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { Db } from '../platform/database.js';
import type { Day } from './domain/calendar.js';

/** Of a campaign's runs of one day at most so many are counted: one every second makes 86,400. */
const COUNTED = 2_000;

/** A campaign's runs of a day. */
export interface PastRuns {
  campaign_id: number;
  campaign_name: string;
  channel: Channel;
  deleted: boolean;
  date: string;
  runs: number;
  left_out: number;
  more: boolean;
  first_at: Date;
  run_id: number;
}

/** The campaigns with a run in these days, deleted ones too, those made first; each a probe of the index of occurrences. */
export async function activeIn(db: Db, days: Day[], most: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from campaign c
    where exists (select from run where campaign_id = c.id
                  and scheduled_for >= ${days[0]!.start} and scheduled_for < ${days.at(-1)!.end})
    order by id limit ${most}`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * What these campaigns' runs came to on each of these days, days without any left out. A short index range for each of them
 * and each day, so that a campaign which runs all the time costs no more than any other.
 */
export async function pastRuns(db: Db, campaignIds: number[], days: Day[]): Promise<PastRuns[]> {
  const { rows } = await sql<PastRuns>`
    select c.id as campaign_id, c.name as campaign_name, c.channel, c.deleted_at is not null as deleted,
           d.date, r.runs, r.left_out, r.counted > ${COUNTED} as more, r.first_at, f.id as run_id
    from campaign c
    cross join unnest(${days.map(({ date }) => date)}::text[], ${days.map(({ start }) => start.toISOString())}::timestamptz[],
                      ${days.map(({ end }) => end.toISOString())}::timestamptz[]) as d (date, "start", "end")
    cross join lateral (
      select count(*) as counted, min(scheduled_for) as first_at,
             (count(*) filter (where not idle and nth <= ${COUNTED})) as runs,
             coalesce(sum(greatest(missed_count, 1)) filter (where idle and nth <= ${COUNTED}), 0)::bigint as left_out
      from (select scheduled_for, missed_count, status in ('skipped', 'missed') as idle,
                   row_number() over (order by scheduled_for) as nth
            from run where campaign_id = c.id and scheduled_for >= d."start" and scheduled_for < d."end"
            order by scheduled_for limit ${COUNTED + 1}) o
    ) r
    join run f on f.campaign_id = c.id and f.scheduled_for = r.first_at
    where c.id = any(${campaignIds}::bigint[]) and r.counted > 0`.execute(db);
  return rows;
}
