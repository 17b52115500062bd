import { sql } from 'kysely';
import type { Outcome } from '../delivery/domain/outcome.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { Period } from './domain/period.js';
import type { StepCounts } from './outcome-counts.dto.js';

/**
 * Counts of each step in which anything was, of the period and the one before; from the hours alone. Added up by hour first,
 * in the order of the key, so that no row is looked at twice.
 */
export async function countsByStep(
  db: Db,
  { before, from, to, step }: Period,
): Promise<(StepCounts & { from: Date })[]> {
  const { rows } = await sql<StepCounts & { from: Date }>`${prepared}
    select date_bin(${step} * interval '1 ms', hour, ${from}::timestamptz) as from,
      ${total('sent')}, ${total('failed')}, ${total('skipped')}, ${total('in_doubt')}, ${total('opened')}, ${total('clicked')}
    from (select hour, ${outcome('sent')}, ${outcome('failed')}, ${outcome('skipped')}, ${outcome('in_doubt')}
          from outcome_hour where hour >= ${before} and hour < ${to} group by hour) h
    full join (select hour, sum(count) filter (where kind = 'opened') as opened,
                      sum(count) filter (where kind = 'clicked') as clicked
               from engagement_hour where hour >= ${before} and hour < ${to} group by hour) e using (hour)
    group by 1 order by 1`.execute(db);
  return rows;
}

const outcome = (name: Outcome) => sql`sum(count) filter (where outcome = ${sql.lit(name)}) as ${sql.ref(name)}`;
const total = (what: keyof StepCounts) => sql`coalesce(sum(${sql.ref(what)}), 0)::bigint as ${sql.ref(what)}`;

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
