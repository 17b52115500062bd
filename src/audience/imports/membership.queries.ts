import { sql } from 'kysely';
import { bigints } from '../../platform/array-literal.js';
import type { Db } from '../../platform/database.js';

/** Pairs of a segment and a contact, one at each position. */
export interface Memberships {
  segmentIds: number[];
  contactIds: number[];
}

/**
 * The ids of static segments with these names; those that are missing are made, in the order of their names, so that two
 * imports that make the same ones never wait for each other in a circle. Names of rules are not in the answer.
 */
export async function ensureSegments(db: Db, names: string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const find = () =>
    sql<{ id: number; name: string; kind: string }>`
      select id, name, kind from segment where name = any(${names}::text[])`.execute(db);
  let { rows } = await find();
  if (rows.length < names.length) {
    await sql`
      insert into segment (name) select * from unnest(${names.toSorted()}::text[]) on conflict do nothing`.execute(db);
    ({ rows } = await find());
  }
  return new Map(rows.filter(({ kind }) => kind === 'static').map(({ id, name }) => [name, id]));
}

/** The segment that an import fills: its id, null before there is one, and whether it is there. */
export interface FilledSegment {
  id: number | null;
  present: boolean;
}

/**
 * Which segment an import fills. It is not deleted before the transaction ends: the lock is that of a foreign key, taken before
 * any of its members is written.
 */
export async function filledSegment(db: Db, importId: number): Promise<FilledSegment> {
  const { rows } = await sql<{ id: number | null }>`select segment_id as id from import where id = ${importId}`.execute(
    db,
  );
  const { id } = rows[0]!;
  if (id === null) return { id, present: false };
  const there = await sql`select from segment where id = ${id} for key share`.execute(db);
  return { id, present: there.rows.length > 0 };
}

/** Notes which segment an import fills, in the transaction that first puts somebody into it. */
export async function noteFilled(db: Db, importId: number, segmentId: number): Promise<void> {
  await sql`update import set segment_id = ${segmentId} where id = ${importId}`.execute(db);
}

/** Puts contacts into segments, where they are not in them already. */
export async function addMembers(db: Db, { segmentIds, contactIds }: Memberships): Promise<void> {
  if (segmentIds.length === 0) return;
  await sql`
    insert into segment_member (segment_id, contact_id)
    select * from unnest(${bigints(segmentIds)}::bigint[], ${bigints(contactIds)}::bigint[])
    on conflict do nothing`.execute(db);
}

/** Which of these names are those of rules. */
export async function rulesAmong(db: Db, names: string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const { rows } = await sql<{ name: string }>`
    select name from segment where name = any(${names}::text[]) and kind = 'rule'`.execute(db);
  return new Set(rows.map(({ name }) => name));
}
