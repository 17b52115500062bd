import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { NamedSegment } from './domain/audience.js';
import type { Rule } from './domain/segment-rule.js';
import type { SegmentKind } from './segment.entity.js';

/** A segment as it is stored; `members` counts those of a static one. */
export interface SegmentRow {
  id: number;
  name: string;
  kind: SegmentKind;
  description: string | null;
  rule: Rule | null;
  members: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** One segment, or undefined. */
export async function findSegment(db: Db, id: number): Promise<SegmentRow | undefined> {
  const { rows } = await sql<SegmentRow>`select ${row} from segment s where s.id = ${id}`.execute(db);
  return rows[0];
}

/**
 * Locks segments that one transaction will change several of, before any rule is: whoever changes one has locked it before
 * the rules, and in another order two of them would wait for each other. Who only names them is not held up.
 */
export async function lockSegments(db: Db, ids: number[]): Promise<void> {
  await sql`select from segment where id = any(${ids}::bigint[]) order by id for no key update`.execute(db);
}

/** Segments in the order they were made, after an id; at most `limit + 1`. */
export async function listSegments(db: Db, after: number, limit: number): Promise<SegmentRow[]> {
  const { rows } = await sql<SegmentRow>`
    select ${row} from segment s where s.id > ${after} order by s.id limit ${limit + 1}`.execute(db);
  return rows;
}

const row = sql`
  s.id, s.name, s.kind, s.description, s.rule, s.version, s.created_at, s.updated_at,
  (select count(*) from segment_member m where m.segment_id = s.id) as members`;

/** The segments with these ids, and every one that their rules name, directly or by another's rule. */
export async function segmentsNamed(db: Db, ids: number[]): Promise<NamedSegment[]> {
  const { rows } = await sql<NamedSegment>`
    with recursive named as (
      select unnest(${ids}::bigint[]) as id
      union select r.refers_to_id from segment_reference r join named on named.id = r.segment_id
    )
    select s.id, s.name, s.rule from segment s join named on named.id = s.id order by s.id`.execute(db);
  return rows;
}

/**
 * The rules of all segments, and nobody else changes one until the transaction ends: two edits that each make no circle
 * could make one together. Readers are not held up.
 */
export async function lockRules(db: Db): Promise<Map<number, Rule>> {
  await sql`lock table segment_reference in share row exclusive mode`.execute(db);
  return rulesOf(db);
}

/**
 * The rules of all segments, and nobody changes one until the transaction ends; others may look so, too. Who takes this has
 * written which segments it names before: those rows are locked first, as they are by who changes a rule.
 */
export async function holdRules(db: Db): Promise<Map<number, Rule>> {
  await sql`lock table segment_reference in share mode`.execute(db);
  return rulesOf(db);
}

async function rulesOf(db: Db): Promise<Map<number, Rule>> {
  const { rows } = await sql<{ id: number; rule: Rule }>`
    select id, rule from segment where rule is not null order by id`.execute(db);
  return new Map(rows.map(({ id, rule }) => [id, rule]));
}

/** Notes which segments the rule of a segment names, and forgets which it named before. */
export async function replaceReferences(db: Db, segmentId: number, named: number[]): Promise<void> {
  await sql`delete from segment_reference where segment_id = ${segmentId}`.execute(db);
  await sql`
    insert into segment_reference (segment_id, refers_to_id)
    select distinct ${segmentId}::bigint, id from unnest(${named}::bigint[]) as id`.execute(db);
}

/** Names of the segments with these ids. */
export async function segmentNames(db: Db, ids: number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; name: string }>`
    select id, name from segment where id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
