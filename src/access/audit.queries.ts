import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { AuditQuery } from './audit.dto.js';
import type { ChainedEntry } from './domain/audit-chain.js';

/** An entry with its hash. */
export type StoredEntry = ChainedEntry & { hash: string };

/** The ends of the chain. */
export interface Head {
  entry_id: number;
  hash: string;
  base_id: number;
  base_hash: string;
}

/**
 * The head, locked to the end of the transaction: of two who append, or prune, the second waits, and its entry follows on
 * what the first committed. It is taken last, just before the commit, and by nobody who sends.
 */
export async function lockHead(db: Db): Promise<Head> {
  const { rows } = await sql<Head>`select entry_id, hash, base_id, base_hash from audit_head for update`.execute(db);
  return rows[0]!;
}

/** The head, to compare with. Undefined where somebody took it away. */
export async function readHead(db: Db): Promise<Head | undefined> {
  const { rows } = await sql<Head>`select entry_id, hash, base_id, base_hash from audit_head`.execute(db);
  return rows[0];
}

/** Appends an entry, which a trigger makes the head; the caller holds the lock of the head. */
export async function appendEntry(db: Db, entry: StoredEntry): Promise<void> {
  const { id, at, actor_kind, actor_id, actor_name, action, target, target_id, request_id, address, details, hash } =
    entry;
  await sql`
    insert into audit_entry
      (id, at, actor_kind, actor_id, actor_name, action, target, target_id, request_id, address, details, hash)
    values (${id}, ${at}, ${actor_kind}, ${actor_id}, ${actor_name}, ${action}, ${target}, ${target_id}, ${request_id},
      ${address}, ${JSON.stringify(details)}::jsonb, ${hash})`.execute(db);
}

const COLUMNS = sql.raw(
  'id, at, actor_kind, actor_id, actor_name, action, target, target_id, request_id, address, details, hash',
);

/** Entries after an id, in their order: what is walked to verify. */
export async function entriesAfter(db: Db, id: number, limit: number): Promise<StoredEntry[]> {
  const { rows } = await sql<StoredEntry>`
    select ${COLUMNS} from audit_entry where id > ${id} order by id limit ${limit}`.execute(db);
  return rows;
}

/** The first entry that is not between the ends of the chain; null for none. */
export async function findStray(db: Db, { base_id, entry_id }: Head): Promise<number | null> {
  const { rows } = await sql<{ id: number | null }>`
    select min(id) as id from audit_entry where id <= ${base_id} or id > ${entry_id}`.execute(db);
  return rows[0]!.id;
}

/** Entries of the chain that fit, newest first, before an id; at most `limit`. */
export async function listEntries(
  db: Db,
  query: AuditQuery,
  before: number | null,
  limit: number,
): Promise<StoredEntry[]> {
  const { action, actor, target, target_id, from, until } = query;
  const wanted: RawBuilder<unknown>[] = [
    sql`id > (select base_id from audit_head)`,
    sql`id <= (select entry_id from audit_head)`,
    ...(before === null ? [] : [sql`id < ${before}`]),
    ...(action === undefined ? [] : [sql`action = ${action}`]),
    ...(actor === undefined ? [] : [sql`actor_name = ${actor}`]),
    ...(target === undefined ? [] : [sql`target = ${target}`]),
    ...(target_id === undefined ? [] : [sql`target_id = ${target_id}`]),
    ...(from === undefined ? [] : [sql`at >= ${from}`]),
    ...(until === undefined ? [] : [sql`at < ${until}`]),
  ];
  const { rows } = await sql<StoredEntry>`
    select ${COLUMNS} from audit_entry where ${sql.join(wanted, sql` and `)} order by id desc limit ${limit}`.execute(
    db,
  );
  return rows;
}

/**
 * Deletes the entries before a time, from the beginning and without a gap, after it let the chain begin behind them: a trigger
 * lets nothing else go. Answers how many, and the last that is gone. The caller holds the lock of the head, and the setting lets
 * the triggers pass in this transaction alone.
 */
export async function pruneEntries(db: Db, before: Date): Promise<{ removed: number; base: number }> {
  await sql`select set_config('campanile.audit_pruning', 'on', true)`.execute(db);
  await sql`
    with kept as (select min(id) as id from audit_entry where at >= ${before}),
      last as (
        select entry.id, entry.hash from audit_entry entry, kept, audit_head head
        where entry.id > head.base_id and entry.id < coalesce(kept.id, head.entry_id + 1)
        order by entry.id desc limit 1)
    update audit_head set base_id = last.id, base_hash = last.hash from last`.execute(db);
  const { rows } = await sql<{ removed: number }>`
    with removed as (delete from audit_entry where id <= (select base_id from audit_head) returning id)
    select count(*) as removed from removed`.execute(db);
  await sql`select set_config('campanile.audit_pruning', 'off', true)`.execute(db);
  return { removed: rows[0]!.removed, base: (await readHead(db))!.base_id };
}
