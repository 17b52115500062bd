import { sql } from 'kysely';
import type { Db } from '../platform/database.js';

/**
 * Lets endpoints be made one after the other until the caller's transaction ends, asked before they are counted: two at once
 * would each find room for one.
 */
export async function lockWebhooks(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('webhook', 0))`.execute(db);
}

/** An id for a row that is yet to be written: its secret is sealed for that very row. */
export async function nextWebhookId(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence('webhook', 'id')) as id`.execute(db);
  return Number(rows[0]!.id);
}
