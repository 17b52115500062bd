import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { deadline } from './campaigns.queries.js';

/** How many decisions one beat makes. */
const DECISIONS_AT_ONCE = 100;

/**
 * Runs whose winner is due, the longest due first; with all of their audience frozen, so that nobody of the test is missing.
 * One probe of an index that holds nothing else. Not locked: who decides looks again under the lock of the run.
 */
export async function runsToDecide(db: Db, now: RawBuilder<Date>): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from run
    where decides_at <= ${now} and finished_at is null and frozen and status in ('processing', 'paused') and expires_at > ${now}
    order by decides_at limit ${DECISIONS_AT_ONCE}`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Lets the clock decide nothing more of a locked run; with a winner its whole time is before it again, and where recipients'
 * clocks decide, the day until the last of them shows the hour.
 */
export async function closeDecision(db: Db, runId: number, won: boolean, now: RawBuilder<Date>): Promise<void> {
  const expires = won
    ? sql`greatest(expires_at, ${deadline(now, sql`case when zones_from is not null then ${now} end`, sql`null::timestamptz`)})`
    : sql`expires_at`;
  await sql`update run set decides_at = null, expires_at = ${expires} where id = ${runId}`.execute(db);
}
