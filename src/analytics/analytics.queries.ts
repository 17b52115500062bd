import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** Opens and clicks, one of each per recipient and run. */
export interface Engaged {
  opened: number;
  clicked: number;
}

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

/** Deletes up to ten thousand minutes of these runs, and answers how many. */
export async function deleteMinutes(db: Db, { fromRun, beforeRun }: RunIds): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from run_minute where ctid = any(array(
      select ctid from run_minute where run_id >= ${fromRun} and run_id < ${beforeRun}
      order by run_id, minute, lane limit 10000 for update))`.execute(db);
  return Number(numAffectedRows);
}

/** Adds outcomes to the present minute of a run; each lane has its own row, so that no writer waits for another. */
export async function addToMinute(
  db: Db,
  fact: { runId: number; lane: number; sent: number; failed: number; skipped: number; inDoubt: number },
  now: Date,
): Promise<void> {
  await sql`
    insert into run_minute as m (run_id, minute, lane, sent, failed, skipped, in_doubt)
    values (${fact.runId}, date_trunc('minute', ${now}::timestamptz), ${fact.lane}, ${fact.sent}, ${fact.failed},
            ${fact.skipped}, ${fact.inDoubt})
    on conflict (run_id, minute, lane) do update set sent = m.sent + excluded.sent, failed = m.failed + excluded.failed,
      skipped = m.skipped + excluded.skipped, in_doubt = m.in_doubt + excluded.in_doubt`.execute(db);
}
