import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { RunRange } from './domain/ledger-ranges.js';

/** The tables of the ledger in the order in which every statement locks them. */
export const LEDGER_TABLES = ['delivery', 'delivery_attempt'] as const;
export type LedgerTable = (typeof LEDGER_TABLES)[number];

/** A part of a ledger table. */
export interface Partition extends RunRange {
  name: string;
}

/** The advisory lock under which partitions come and go: any number, the same in every version. */
const PARTITION_LOCK = 4_702_113;

/**
 * Lets nobody else make or drop partitions until the transaction ends, and this one wait for a table only as long as
 * senders can well queue behind it: who asks for a lock holds up all that come after.
 */
export async function lockPartitions(db: Db): Promise<void> {
  await sql`set local lock_timeout = '200ms'`.execute(db);
  await sql`select pg_advisory_xact_lock(${PARTITION_LOCK}::bigint)`.execute(db);
}

/** The partitions of a ledger table in the order of their runs. */
export async function partitionsOf(db: Db, table: LedgerTable): Promise<Partition[]> {
  const { rows } = await sql<Partition>`
    select name, substring(bounds from 'FROM \\(''(\\d+)''\\)')::bigint as "from",
           substring(bounds from 'TO \\(''(\\d+)''\\)')::bigint as before
    from (select c.relname::text as name, pg_get_expr(c.relpartbound, c.oid) as bounds
          from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = ${table}::regclass) p
    order by 2`.execute(db);
  return rows;
}

/** The highest run there is, in transactions under way too; 0 for none. */
export async function lastRun(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select greatest(coalesce(pg_sequence_last_value(pg_get_serial_sequence('run', 'id')::regclass), 0),
                    coalesce(max(id), 0))::bigint as id from run`.execute(db);
  return rows[0]!.id;
}

/**
 * Adds a partition. A plain table is made and then attached: that locks the parent against other changes of its shape only,
 * where PARTITION OF would wait for every reader with all writers behind it. It is empty, so there is nothing to check.
 */
export async function addPartition(db: Db, table: LedgerTable, { from, before }: RunRange): Promise<void> {
  const name = sql.id(`${table}_${from}`);
  await sql`create table ${name} (like ${sql.id(table)} including all)`.execute(db);
  await sql`
    alter table ${sql.id(table)} attach partition ${name} for values from (${sql.lit(from)}) to (${sql.lit(before)})`.execute(
    db,
  );
}

/**
 * Drops a partition with all its rows. Not DETACH … CONCURRENTLY, which would drop the two tables' parts at two times and
 * leave a half detached one behind a crash: the lock on the parent is held for some milliseconds.
 */
export async function dropPartition(db: Db, table: LedgerTable, { name }: Partition): Promise<void> {
  await sql`alter table ${sql.id(table)} detach partition ${sql.id(name)}`.execute(db);
  await sql`drop table ${sql.id(name)}`.execute(db);
}

/** Deletes up to a thousand batches of these runs, and answers how many. Waits for who deletes the same, to miss none. */
export async function deleteBatches(db: Db, { from, before }: RunRange): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from run_batch where ctid = any(array(
      select ctid from run_batch where run_id >= ${from} and run_id < ${before}
      order by run_id, seq limit 1000 for update))`.execute(db);
  return Number(numAffectedRows);
}
