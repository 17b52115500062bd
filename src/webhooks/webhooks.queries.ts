import { sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** An id for a row that is yet to be written: its secret is sealed for that very row. */
export async function nextWebhookId(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence('webhook', 'id')) as id`.execute(db);
  return Number(rows[0]!.id);
}
