import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { RunStatus } from './domain/campaign-status.js';
import type { Missed, Span } from './domain/misfire.js';

/** What becomes of occurrences that are not carried out. */
export type IdleStatus = Extract<RunStatus, 'skipped' | 'missed'>;

/** Records an occurrence, or a counted range of them, that was not carried out; does nothing where the first has a run. */
export async function insertIdleRun(
  db: Db,
  campaignId: number,
  status: IdleStatus,
  reason: string,
  { from, to, count }: Missed,
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`
    insert into run (campaign_id, scheduled_for, status, reason, channel, kind, message, format, content_version,
                     on_doubt, missed_count, missed_until, frozen, opened_at, expires_at, finished_at)
    select id, ${from}, ${status}, ${reason}, channel, kind, '', case format when 'mjml' then 'html' else format end,
           content_version, on_doubt, ${count}, ${to}, true, ${now}, ${now}, ${now}
    from campaign where id = ${campaignId}
    on conflict (campaign_id, scheduled_for) do nothing`.execute(db);
}

/** Runs looked back at for what they account for: an index range, however many there are. */
export const SPANS_LOOKED_AT = 1_000;

/** What the latest runs up to `to` account for, a missed range by its end; in the order of their beginnings. */
export async function accountedSpans(db: Db, campaignId: number, to: Date): Promise<Span[]> {
  const { rows } = await sql<Span>`
    select scheduled_for as "from", coalesce(missed_until, scheduled_for) as "to" from run
    where campaign_id = ${campaignId} and scheduled_for <= ${to}
    order by scheduled_for desc limit ${SPANS_LOOKED_AT}`.execute(db);
  return rows.reverse();
}
