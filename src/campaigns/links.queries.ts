import { sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** A counted link of a content version. */
export interface NumberedLink {
  number: number;
  target: string;
}

/** The advisory lock under which links get their numbers, by campaign: any number, the same in every version. */
const NUMBERING = 7_160_442;

/**
 * Gives those of these targets a number that have none yet in their content version. Two processes that begin the same run
 * take turns, by campaign, so that neither numbers what the other has; afterwards both read the same.
 */
export async function numberTargets(
  db: Db,
  { campaignId, contentVersion }: { campaignId: number; contentVersion: number },
  targets: string[],
  first: number,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${NUMBERING}::int, ${campaignId % 2 ** 31}::int)`.execute(db);
  await sql`
    insert into link (campaign_id, content_version, number, target)
    select ${campaignId}, ${contentVersion}, known.next + row_number() over (order by t.place) - 1, t.target
    from unnest(${targets}::text[]) with ordinality as t (target, place)
    cross join (select coalesce(max(number) + 1, ${first}::int) as next from link
                where campaign_id = ${campaignId} and content_version = ${contentVersion}) known
    where not exists (select from link l where l.campaign_id = ${campaignId} and l.content_version = ${contentVersion}
                      and l.target = t.target)`.execute(db);
}

/** The links of a content version, by number. */
export async function linksOf(db: Db, campaignId: number, contentVersion: number): Promise<NumberedLink[]> {
  const { rows } = await sql<NumberedLink>`
    select number, target from link where campaign_id = ${campaignId} and content_version = ${contentVersion}
    order by number`.execute(db);
  return rows;
}
