import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { EngagementFact } from './domain/engagement.js';

/** Opens and clicks, one of each per recipient and run. */
export interface Engaged {
  opened: number;
  clicked: number;
}

/** Engagement of runs, by run id; a run without any is not in the map. */
export async function engagementOfRuns(db: Db, runIds: number[]): Promise<Map<number, Engaged>> {
  const { rows } = await sql<Engaged & { id: number }>`
    select run_id as id, count(*) filter (where kind = 'opened') as opened,
           count(*) filter (where kind = 'clicked') as clicked
    from engagement where run_id = any(${runIds}::bigint[]) group by run_id`.execute(db);
  return new Map(rows.map(({ id, ...engaged }) => [id, engaged]));
}

/** Engagement over all runs of campaigns, by campaign id. */
export async function engagementOfCampaigns(db: Db, campaignIds: number[]): Promise<Map<number, Engaged>> {
  const { rows } = await sql<Engaged & { id: number }>`
    select r.campaign_id as id, count(*) filter (where e.kind = 'opened') as opened,
           count(*) filter (where e.kind = 'clicked') as clicked
    from run r join engagement e on e.run_id = r.id
    where r.campaign_id = any(${campaignIds}::bigint[]) group by r.campaign_id`.execute(db);
  return new Map(rows.map(({ id, ...engaged }) => [id, engaged]));
}

/**
 * Keeps each fact the first time it is told; answers how many were new. Facts of runs that do not exist are left out.
 * Sorted by key: two calls with the same facts in another order would otherwise wait for each other in a circle.
 */
export async function keepFacts(db: Db, facts: EngagementFact[]): Promise<number> {
  const { rows } = await sql<{ kept: number }>`
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
      on conflict do nothing returning 1
    )
    select count(*) as kept from kept`.execute(db);
  return rows[0]!.kept;
}

/** How many recipients of a run bounced, and how many complained. */
export async function harmOf(db: Db, runId: number): Promise<{ bounced: number; complained: number }> {
  const { rows } = await sql<{ bounced: number; complained: number }>`
    select count(*) filter (where kind = 'bounced') as bounced, count(*) filter (where kind = 'complained') as complained
    from engagement where run_id = ${runId} and kind in ('bounced', 'complained')`.execute(db);
  return rows[0]!;
}

/** Adds outcomes to the present minute of a run; each lane has its own row, so that no writer waits for another. */
export async function addToMinute(
  db: Db,
  fact: { runId: number; lane: number; sent: number; failed: number; skipped: number; inDoubt: number },
  now: Date,
): Promise<void> {
  await sql`${prepared}
    insert into run_minute as m (run_id, minute, lane, sent, failed, skipped, in_doubt)
    values (${fact.runId}, date_trunc('minute', ${now}::timestamptz), ${fact.lane}, ${fact.sent}, ${fact.failed},
            ${fact.skipped}, ${fact.inDoubt})
    on conflict (run_id, minute, lane) do update set sent = m.sent + excluded.sent, failed = m.failed + excluded.failed,
      skipped = m.skipped + excluded.skipped, in_doubt = m.in_doubt + excluded.in_doubt`.execute(db);
}
