import { sql } from 'kysely';
import type { Db } from '../../platform/database.js';

/** One apply after the other: names of campaigns are not unique, so two that make one would both find it missing. */
export async function lockApplying(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('apply', 0))`.execute(db);
}
