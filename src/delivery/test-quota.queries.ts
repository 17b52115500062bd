import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

const HOUR = sql`interval '1 hour'`;

/** Whether the hour is over, or lies where it cannot, since a clock was put back. */
const isOver = (now: RawBuilder<Date>) => sql`(
  test_quota.began_at <= ${now} - ${HOUR} or test_quota.began_at > ${now} + ${HOUR})`;

/**
 * Takes so many messages out of an hour's, all or none. Null, or the seconds until there are some again. One statement: whoever
 * takes at the same moment waits at the row, and counts what the other took.
 */
export async function takeTests(db: Db, wanted: number, most: number, now: RawBuilder<Date>): Promise<number | null> {
  const { rows } = await sql`
    insert into test_quota (id, began_at, used) values (1, ${now}, ${wanted})
    on conflict (id) do update set
      began_at = case when ${isOver(now)} then excluded.began_at else test_quota.began_at end,
      used = case when ${isOver(now)} then 0 else test_quota.used end + excluded.used
    where ${isOver(now)} or test_quota.used + excluded.used <= ${most}
    returning 1`.execute(db);
  if (rows.length > 0) return null;
  const found = await sql<{ wait: number }>`
    select ceil(extract(epoch from began_at + ${HOUR} - ${now}))::int as wait from test_quota`.execute(db);
  return Math.max(found.rows[0]!.wait, 1);
}
