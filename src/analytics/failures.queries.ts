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

/** How many were tried for the nth time, and what became of those for whom that was the last. */
export interface EndsAtTry {
  tries: number;
  recipients: number;
  sent: number;
  failed: number;
  in_doubt: number;
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

/** Of the recipients of these runs who were not left out: who was tried for the nth time, and for whom that was the last. */
export async function endsByTries(db: Db, runs: RawBuilder<unknown>): Promise<EndsAtTry[]> {
  const { rows } = await sql<EndsAtTry>`
    with ends as (
      select attempts as tries, count(*) as ended, count(*) filter (where outcome = 'sent') as sent,
        count(*) filter (where outcome = 'failed') as failed, count(*) filter (where outcome = 'in_doubt') as in_doubt
      from delivery where run_id ${runs} and outcome <> 'skipped' group by attempts
    ), numbers as (
      select 0 as tries where exists (select from ends where tries = 0)
      union all select generate_series(1, (select max(tries) from ends))
    )
    select n.tries,
      (case n.tries when 0 then e.ended else sum(e.ended) over (order by n.tries desc) end)::bigint as recipients,
      coalesce(e.sent, 0) as sent, coalesce(e.failed, 0) as failed, coalesce(e.in_doubt, 0) as in_doubt
    from numbers n left join ends e using (tries) order by n.tries`.execute(db);
  return rows;
}
