import { sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** Whose a message is that is not sent yet: the run that opens next, and of contacts that are none the latest. */
export async function nextMessage(db: Db): Promise<{ runId: number; contactId: number }> {
  const { rows } = await sql<{ runId: number; contactId: number }>`
    select (select coalesce(max(id), 0) + 1 from run) as "runId",
           (select coalesce(max(id), 1) from contact) as "contactId"`.execute(db);
  return rows[0]!;
}
