import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';

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
