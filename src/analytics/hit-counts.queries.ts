import { type RawBuilder, sql } from 'kysely';
import { FIRST_LINK, PIXEL } from '../campaigns/domain/link-numbers.js';
import type { Db } from '../platform/database.js';

/** Stands in the sums for clicks on any link of a message; links have numbers of their own. */
export const EVERY_LINK = -1;

/** Hits on one thing in the messages of a run. */
export interface HitCounts {
  runId: number;
  number: number;
  /** Recipients, whoever hit for them; and those who did themselves. */
  contacts: number;
  humanContacts: number;
  hits: number;
  humanHits: number;
}

const counted = sql`
  count(distinct contact_id)::bigint as contacts,
  (count(distinct contact_id) filter (where human))::bigint as human_contacts,
  coalesce(sum(hits), 0)::bigint as hits, coalesce(sum(hits) filter (where human), 0)::bigint as human_hits`;

/**
 * Hits of runs, by run and what was hit, from the hits one by one. Of opens and of clicks on any link also what is kept as
 * engagement counts: a click by a person is an open, and a provider may have told of one.
 */
const hitsOf = (runs: RawBuilder<unknown>) => sql`
  (with seen as materialized (
     select run_id, number, contact_id, verdict = 'human' as human, count(*) as hits
     from hit where run_id ${runs} group by 1, 2, 3, 4
   ), facts as materialized (
     select run_id, kind, contact_id from engagement where run_id ${runs} and kind in ('opened', 'clicked'))
   select run_id, number, ${counted} from seen where number >= ${FIRST_LINK}::int group by run_id, number
   union all select run_id, ${PIXEL}::int, ${counted} from (
     select run_id, contact_id, human, hits from seen where number = ${PIXEL}::int
     union all select run_id, contact_id, true, 0 from facts where kind = 'opened') o group by run_id
   union all select run_id, ${EVERY_LINK}::int, ${counted} from (
     select run_id, contact_id, human, hits from seen where number >= ${FIRST_LINK}::int
     union all select run_id, contact_id, true, 0 from facts where kind = 'clicked') c group by run_id)`;

/** Named: a later version may have added columns, and both halves of a union must be alike. */
const columns = sql`run_id, number, contacts, human_contacts, hits, human_hits`;

const row = sql`run_id as "runId", number, contacts, human_contacts as "humanContacts", hits, human_hits as "humanHits"`;

/** Hits of these runs; those whose ledger was dropped have their last numbers. */
export async function hitCounts(db: Db, runIds: number[]): Promise<HitCounts[]> {
  const { rows } = await sql<HitCounts>`
    select ${row} from hit_total where run_id = any(${runIds}::bigint[])
    union all
    select ${row} from ${hitsOf(sql`= any(array(select id from unnest(${runIds}::bigint[]) as r (id)
      where not exists (select from hit_total t where t.run_id = r.id)))`)} live`.execute(db);
  return rows;
}

/** Hits over all runs of campaigns: opens and clicks on any link, by campaign. */
export async function hitCountsOfCampaigns(
  db: Db,
  campaignIds: number[],
): Promise<(Omit<HitCounts, 'runId'> & { campaignId: number })[]> {
  const runs = sql`select id from run where campaign_id = any(${campaignIds}::bigint[])`;
  const { rows } = await sql<Omit<HitCounts, 'runId'> & { campaignId: number }>`
    select r.campaign_id as "campaignId", c.number, sum(c.contacts)::bigint as contacts,
           sum(c.human_contacts)::bigint as "humanContacts", sum(c.hits)::bigint as hits, sum(c.human_hits)::bigint as "humanHits"
    from (select ${columns} from hit_total where run_id in (${runs})
          union all
          select ${columns} from ${hitsOf(sql`= any(array(${runs} and not exists (select from hit_total t where t.run_id = run.id)))`)} live) c
    join run r on r.id = c.run_id
    where c.number in (${PIXEL}::int, ${EVERY_LINK}::int)
    group by r.campaign_id, c.number`.execute(db);
  return rows;
}

/** Hits of each link of some content versions, by run. */
export async function linkCounts(
  db: Db,
  campaignId: number,
  contentVersions: number[],
): Promise<(HitCounts & { contentVersion: number })[]> {
  const runs = sql`select id from run where campaign_id = ${campaignId} and content_version = any(${contentVersions}::int[])`;
  const { rows } = await sql<HitCounts & { contentVersion: number }>`
    select r.content_version as "contentVersion", c.run_id as "runId", c.number, c.contacts,
           c.human_contacts as "humanContacts", c.hits, c.human_hits as "humanHits"
    from (select ${columns} from hit_total where run_id in (${runs})
          union all
          select ${columns} from ${hitsOf(sql`= any(array(${runs} and not exists (select from hit_total t where t.run_id = run.id)))`)} live) c
    join run r on r.id = c.run_id
    where c.number >= ${FIRST_LINK}::int order by c.run_id desc`.execute(db);
  return rows;
}

/** Runs with ids from `fromRun` up to, but not including, `beforeRun`. */
interface RunIds {
  fromRun: number;
  beforeRun: number;
}

/**
 * Writes down what the hits of these runs came to, before any of them goes. Once: who is stopped in between finds it
 * written, and counting again what is half gone would be wrong. Their ledger is closed, so no hit comes any more.
 */
export async function sumHits(db: Db, { fromRun, beforeRun }: RunIds): Promise<void> {
  await sql`
    insert into hit_total (run_id, number, contacts, human_contacts, hits, human_hits)
    select * from ${hitsOf(sql`>= ${fromRun} and run_id < ${beforeRun}`)} c
    where not exists (select from hit_total t where t.run_id = c.run_id)
    on conflict do nothing`.execute(db);
}

/** Deletes up to ten thousand hits of these runs, and answers how many. */
export async function deleteHits(db: Db, { fromRun, beforeRun }: RunIds): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from hit where ctid = any(array(
      select ctid from hit where run_id >= ${fromRun} and run_id < ${beforeRun}
      order by run_id, contact_id, place limit 10000 for update))`.execute(db);
  return Number(numAffectedRows);
}
