import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { SegmentRole } from './campaign.entity.js';

/** The segments that campaigns include and exclude, in the order in which they were named. */
export async function segmentsOfCampaigns(
  db: Db,
  campaignIds: number[],
): Promise<{ campaign: number; segment: number; role: SegmentRole }[]> {
  const { rows } = await sql<{ campaign: number; segment: number; role: SegmentRole }>`
    select campaign_id as campaign, segment_id as segment, role from campaign_segment
    where campaign_id = any(${campaignIds}::bigint[]) order by campaign_id, role, place`.execute(db);
  return rows;
}

/** What aims at one of these segments, with all the segments that it includes and excludes. */
export async function campaignsAimedAt(db: Db, segmentIds: number[]): Promise<{ name: string; segments: number[] }[]> {
  const { rows } = await sql<{ name: string; segments: number[] }>`
    select c.name, array(select segment_id from campaign_segment s where s.campaign_id = c.id) || array_remove(array[c.target_segment_id], null) as segments
    from campaign c
    where c.id in (select campaign_id from campaign_segment where segment_id = any(${segmentIds}::bigint[]))
       or c.target_segment_id = any(${segmentIds}::bigint[])`.execute(db);
  return rows;
}

/** Gives a locked campaign these segments instead of those it has. */
export async function replaceSegments(
  db: Db,
  campaignId: number,
  { include, exclude }: { include: number[]; exclude: number[] },
): Promise<void> {
  await sql`delete from campaign_segment where campaign_id = ${campaignId}`.execute(db);
  await sql`
    insert into campaign_segment (campaign_id, segment_id, role, place)
    select ${campaignId}::bigint, id, 'include', place from unnest(${include}::bigint[]) with ordinality as s (id, place)
    union all
    select ${campaignId}::bigint, id, 'exclude', place from unnest(${exclude}::bigint[]) with ordinality as s (id, place)`.execute(
    db,
  );
}
