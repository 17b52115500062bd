import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { VersionSummary } from './campaign-versions.dto.js';
import { CONTENT_FIELDS } from './domain/content-fields.js';

/**
 * Keeps what a campaign says now under its present number, unless that is kept already. The caller holds the lock of the
 * campaign, or has just made it: of two edits each finds the number of its own.
 */
export async function keepVersion(
  db: Db,
  campaignId: number,
  actor: string | null,
  now: RawBuilder<Date>,
): Promise<void> {
  const columns = sql.join([...CONTENT_FIELDS, 'html'].map((name) => sql.ref(name)));
  await sql`
    insert into campaign_version (campaign_id, number, ${columns}, created_by, created_at)
    select id, content_version, ${columns}, ${actor}, ${now} from campaign where id = ${campaignId}
    on conflict (campaign_id, number) do nothing`.execute(db);
}

/** The versions of a campaign before a number, newest first, with what each changed of the one before; at most `limit + 1`. */
export async function listVersions(
  db: Db,
  campaignId: number,
  before: number,
  limit: number,
): Promise<VersionSummary[]> {
  const changes = CONTENT_FIELDS.map(
    (name) =>
      sql`case when ${sql.ref(name)} is distinct from lag(${sql.ref(name)}) over earlier then ${name}::text end`,
  );
  const { rows } = await sql<VersionSummary>`
    select * from (
      select number, created_at, created_by,
             case when lag(number) over earlier is null then '{}'
                  else array_remove(array[${sql.join(changes)}], null) end as changed
      from campaign_version where campaign_id = ${campaignId} window earlier as (order by number)
    ) v where number < ${before} order by number desc limit ${limit + 1}`.execute(db);
  return rows;
}
