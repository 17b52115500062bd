import { sql } from 'kysely';
import type { Outcome } from '../delivery/domain/outcome.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { Period } from './domain/period.js';
import type { StepCounts } from './outcome-counts.dto.js';

/** The counts of a step, and of its sent whose messages tell that they are opened, and that links are followed. */
export interface BasedCounts extends StepCounts {
  open_base: number;
  click_base: number;
}

/**
 * Counts of each step in which anything was, of the period and the one before; from the hours alone. Each table is added up
 * by step at once, and then the steps are put side by side: as few groups as there are steps, whatever their hours are.
 */
export async function countsByStep(
  db: Db,
  { before, from, to, step }: Period,
): Promise<(BasedCounts & { from: Date })[]> {
  // As an interval from the start: reckoned in SQL it would be so anew for every row.
  const start = sql`date_bin(${`${step} milliseconds`}::interval, hour, ${from}::timestamptz)`;
  const { rows } = await sql<BasedCounts & { from: Date }>`${prepared}
    select start as from, ${counted('sent')}, ${counted('failed')}, ${counted('skipped')}, ${counted('in_doubt')},
      ${counted('open_base')}, ${counted('click_base')}, ${counted('opened')}, ${counted('clicked')}
    from (select ${start} as start, ${outcome('sent')}, ${outcome('failed')}, ${outcome('skipped')}, ${outcome('in_doubt')},
                 sum(counting_opens)::bigint as open_base, sum(counting_clicks)::bigint as click_base
          from outcome_hour where hour >= ${before} and hour < ${to} group by 1) o
    full join (select ${start} as start, ${deeds('opened')}, ${deeds('clicked')}
               from engagement_hour where hour >= ${before} and hour < ${to} group by 1) e using (start)
    order by start`.execute(db);
  return rows;
}

const outcome = (name: Outcome) =>
  sql`(sum(count) filter (where outcome = ${sql.lit(name)}))::bigint as ${sql.ref(name)}`;
const deeds = (kind: 'opened' | 'clicked') =>
  sql`(sum(count) filter (where kind = ${sql.lit(kind)}))::bigint as ${sql.ref(kind)}`;
const counted = (what: keyof BasedCounts) => sql`coalesce(${sql.ref(what)}, 0) as ${sql.ref(what)}`;

/** Why recipients failed in the period, the most frequent reason first. */
export async function failuresByReason(
  db: Db,
  { from, to }: Period,
  most: number,
): Promise<{ reason: string; count: number }[]> {
  const { rows } = await sql<{ reason: string; count: number }>`${prepared}
    select reason, sum(count)::bigint as count from outcome_hour
    where hour >= ${from} and hour < ${to} and outcome = 'failed'
    group by reason having sum(count) > 0 order by 2 desc, 1 limit ${most}`.execute(db);
  return rows;
}

/** How many recipients of these runs came to an end since a minute, and what their campaigns are called. */
export async function speedOfRuns(
  db: Db,
  runIds: number[],
  since: Date,
): Promise<Map<number, { campaign: string; settled: number }>> {
  const { rows } = await sql<{ id: number; campaign: string; settled: number }>`${prepared}
    select r.id, c.name as campaign, coalesce((
             select sum(m.sent + m.failed + m.skipped + m.in_doubt) from run_minute m
             where m.run_id = r.id and m.minute >= ${since}), 0)::bigint as settled
    from run r join campaign c on c.id = r.campaign_id where r.id = any(${runIds}::bigint[])`.execute(db);
  return new Map(rows.map(({ id, ...speed }) => [id, speed]));
}

/** How many runs have not ended. */
export async function openRunCount(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`${prepared}select count(*) from run where finished_at is null`.execute(
    db,
  );
  return rows[0]!.count;
}
