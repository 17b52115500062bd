import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { EngagementFact } from './domain/engagement.js';

/** Opens and clicks, one of each per recipient and run. */
export interface Engaged {
  opened: number;
  clicked: number;
}

/** A fact as it is kept, but for its time. */
export type KeptFact = Omit<EngagementFact, 'at'>;

/** Runs with ids from `fromRun` up to, but not including, `beforeRun`. */
interface RunIds {
  fromRun: number;
  beforeRun: number;
}

/** How many did what, by run: facts one by one, and the sums of runs whose ledger was dropped. */
const engagedIn = (runs: RawBuilder<unknown>) => sql`
  (select run_id, kind, count(*)::bigint as count from engagement where run_id ${runs} group by run_id, kind
   union all select run_id, kind, count from engagement_total where run_id ${runs})`;
const engaged = sql`
  coalesce(sum(e.count) filter (where e.kind = 'opened'), 0)::bigint as opened,
  coalesce(sum(e.count) filter (where e.kind = 'clicked'), 0)::bigint as clicked`;

/** Engagement of runs, by run id; a run without any is not in the map. */
export async function engagementOfRuns(db: Db, runIds: number[]): Promise<Map<number, Engaged>> {
  const { rows } = await sql<Engaged & { id: number }>`
    select e.run_id as id, ${engaged} from ${engagedIn(sql`= any(${runIds}::bigint[])`)} e group by e.run_id`.execute(
    db,
  );
  return new Map(rows.map(({ id, ...engaged }) => [id, engaged]));
}

/** Engagement over all runs of campaigns, by campaign id. */
export async function engagementOfCampaigns(db: Db, campaignIds: number[]): Promise<Map<number, Engaged>> {
  const runs = sql`in (select id from run where campaign_id = any(${campaignIds}::bigint[]))`;
  const { rows } = await sql<Engaged & { id: number }>`
    select r.campaign_id as id, ${engaged} from ${engagedIn(runs)} e join run r on r.id = e.run_id
    group by r.campaign_id`.execute(db);
  return new Map(rows.map(({ id, ...engaged }) => [id, engaged]));
}

/**
 * Adds changes of opens and clicks, rows of kind, at and count, to the hours in which they were. The rows of a kind in an
 * hour are few, so callers wait for each other: nearly all of these facts come from hits, and who judges hits is alone.
 */
export const countHours = (changes: RawBuilder<unknown>) => sql`
  insert into engagement_hour as h (hour, kind, count)
  select date_trunc('hour', c.at, 'UTC'), c.kind, sum(c.count) from (${changes}) c
  where c.kind in ('opened', 'clicked') group by 1, 2 order by 1, 2
  on conflict (hour, kind) do update set count = h.count + excluded.count`;

/**
 * Keeps each fact the first time it is told; answers those that were new. Facts of runs that do not exist are left out.
 * The first opens and clicks are counted by hour in the same statement. Sorted by key: two calls with the same facts in another order would otherwise wait for each other in a circle.
 */
export async function keepFacts(db: Db, facts: EngagementFact[]): Promise<KeptFact[]> {
  const { rows } = await sql<KeptFact>`
    with told as materialized (
      select f.run_id, f.contact_id, f.kind, min(f.at) as at
      from unnest(${facts.map(({ runId }) => runId)}::bigint[], ${facts.map(({ contactId }) => contactId)}::bigint[],
                  ${facts.map(({ kind }) => kind)}::engagement_kind[],
                  ${facts.map(({ at }) => at.toISOString())}::timestamptz[]) as f (run_id, contact_id, kind, at)
      join run r on r.id = f.run_id
      group by f.run_id, f.kind, f.contact_id
    ), kept as (
      insert into engagement (run_id, contact_id, kind, at)
      select run_id, contact_id, kind, at from told order by run_id, kind, contact_id
      on conflict do nothing returning run_id, contact_id, kind, at
    ), counted as (${countHours(sql`select kind, at, 1 as count from kept`)})
    select run_id as "runId", contact_id as "contactId", kind from kept`.execute(db);
  return rows;
}

/** How many recipients of a run bounced, and how many complained. */
export async function harmOf(db: Db, runId: number): Promise<{ bounced: number; complained: number }> {
  const { rows } = await sql<{ bounced: number; complained: number }>`
    select count(*) filter (where kind = 'bounced') as bounced, count(*) filter (where kind = 'complained') as complained
    from engagement where run_id = ${runId} and kind in ('bounced', 'complained')`.execute(db);
  return rows[0]!;
}

/**
 * Replaces up to ten thousand engagements of these runs by their sums, and answers how many. Waits for who does the same,
 * to miss none: each is counted either one by one or in the sum.
 */
export async function sumEngagement(db: Db, { fromRun, beforeRun }: RunIds): Promise<number> {
  const { rows } = await sql<{ gone: number }>`
    with gone as (
      delete from engagement where ctid = any(array(
        select ctid from engagement where run_id >= ${fromRun} and run_id < ${beforeRun}
        order by run_id, kind, contact_id limit 10000 for update))
      returning run_id, kind
    ), summed as (
      insert into engagement_total as t (run_id, kind, count)
      select run_id, kind, count(*) from gone group by run_id, kind
      on conflict (run_id, kind) do update set count = t.count + excluded.count
    )
    select count(*)::int as gone from gone`.execute(db);
  return rows[0]!.gone;
}
