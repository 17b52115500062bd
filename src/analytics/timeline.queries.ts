import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Hitters } from './domain/engagement.js';
import type { Stretch } from './domain/timeline.js';
import { firstDeeds } from './first-deeds.queries.js';
import type { StepCounts } from './outcome-counts.dto.js';

/** Counts at a moment. */
export interface MomentCounts extends StepCounts {
  at: Date;
}

/** When something first and last was in these runs, from the minute they opened in; null where no run was carried out. */
export async function extentOf(
  db: Db,
  runs: RawBuilder<unknown>,
  hitters: Hitters,
): Promise<{ began: Date | null; ended: Date | null }> {
  const { rows } = await sql<{ began: Date | null; ended: Date | null }>`
    select min(began) as began, max(ended) as ended from (
      select date_trunc('minute', min(opened_at)) as began, max(opened_at) as ended from run where id ${runs} and status not in ('skipped', 'missed')
      union all select min(minute), max(minute) from run_minute where run_id ${runs}
      union all select min(at), max(at) from ${firstDeeds(runs, hitters)} d) e`.execute(db);
  return rows[0]!;
}

/**
 * Outcomes and first opens and clicks of these runs in a stretch, by moments so many minutes apart. Outcomes come from the
 * minutes that the ledger's own statements count, engagement from its rows and, where machines count, from hits.
 */
export async function countsByMoment(
  db: Db,
  runs: RawBuilder<unknown>,
  { from, to }: Stretch,
  minutesApart: number,
  hitters: Hitters,
): Promise<MomentCounts[]> {
  const { rows } = await sql<MomentCounts>`
    select date_bin(${minutesApart} * interval '1 minute', c.at, '2000-01-01T00:00:00Z'::timestamptz) as at,
      sum(c.sent)::bigint as sent, sum(c.failed)::bigint as failed, sum(c.skipped)::bigint as skipped,
      sum(c.in_doubt)::bigint as in_doubt, sum(c.opened)::bigint as opened, sum(c.clicked)::bigint as clicked
    from (select minute as at, sent, failed, skipped, in_doubt, 0 as opened, 0 as clicked
          from run_minute where run_id ${runs}
          union all
          select at, 0, 0, 0, 0, (kind = 'opened')::int, (kind = 'clicked')::int from ${firstDeeds(runs, hitters)} d) c
    where c.at >= ${from} and c.at < ${to}
    group by 1 order by 1`.execute(db);
  return rows;
}
