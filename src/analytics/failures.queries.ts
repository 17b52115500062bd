import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** A reason with an example: the last failed try of one of the recipients who failed for it in the latest run. */
export interface FailedReason {
  reason: string;
  count: number;
  retryable: boolean | null;
  example_code: string | null;
  example: string | null;
}

/** Why recipients of these runs failed, the most frequent reason first. */
export async function failedReasons(db: Db, runs: RawBuilder<unknown>): Promise<FailedReason[]> {
  const { rows } = await sql<FailedReason>`
    with reasons as materialized (
      select coalesce(reason, '') as reason, count(*) as count, max(run_id) as run_id
      from delivery where run_id ${runs} and outcome = 'failed' group by 1
    )
    select r.reason, r.count, a.transient as retryable, a.code as example_code, a.response as example
    from reasons r
    left join lateral (
      select contact_id from delivery d
      where d.run_id = r.run_id and d.outcome = 'failed' and coalesce(d.reason, '') = r.reason limit 1) d on true
    left join lateral (
      select transient, code, response from delivery_attempt a
      where a.run_id = r.run_id and a.contact_id = d.contact_id order by a.at desc limit 1) a on true
    order by r.count desc, r.reason`.execute(db);
  return rows;
}

/** What became of the recipients of these runs who were not left out, by how often they were tried. */
export async function endsByTries(
  db: Db,
  runs: RawBuilder<unknown>,
): Promise<{ tries: number; recipients: number; sent: number; failed: number; in_doubt: number }[]> {
  const { rows } = await sql<{ tries: number; recipients: number; sent: number; failed: number; in_doubt: number }>`
    select attempts as tries, count(*) as recipients, count(*) filter (where outcome = 'sent') as sent,
      count(*) filter (where outcome = 'failed') as failed, count(*) filter (where outcome = 'in_doubt') as in_doubt
    from delivery where run_id ${runs} and outcome <> 'skipped'
    group by attempts order by attempts`.execute(db);
  return rows;
}
