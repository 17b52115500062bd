import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';

/** How long the server's processes may keep what they counted to themselves. */
const STATISTICS_MS = 15_000;

/** Where the write-ahead log stands, in bytes since its beginning. */
export async function walPosition(db: Client): Promise<number> {
  const { rows } = await db.query(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as bytes`);
  return rows[0].bytes;
}

/** Rows that were inserted, updated or deleted in this database so far. */
export interface RowsWritten {
  inserted: number;
  updated: number;
  deleted: number;
}

/** Asks once the counters stand still for a second and have come as far as `atLeast` inserts; they are told late. */
export async function rowsWritten(db: Client, atLeast = 0): Promise<RowsWritten> {
  const deadline = performance.now() + STATISTICS_MS;
  for (let last = -1; ;) {
    const { rows } = await db.query(`
      select coalesce(sum(n_tup_ins), 0)::float8 as inserted, coalesce(sum(n_tup_upd), 0)::float8 as updated,
             coalesce(sum(n_tup_del), 0)::float8 as deleted from pg_stat_user_tables`);
    const now = rows[0] as RowsWritten;
    const total = now.inserted + now.updated + now.deleted;
    if ((total === last && now.inserted >= atLeast) || performance.now() > deadline) return now;
    last = total;
    await delay(1_000);
  }
}
