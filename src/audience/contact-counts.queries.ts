import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** Bounds the statements of this transaction; compiling one for a second is no way to answer within a quarter of it. */
export async function limitStatements(db: Db, milliseconds: number): Promise<void> {
  await sql`select set_config('statement_timeout', ${`${milliseconds}ms`}, true), set_config('jit', 'off', true)`.execute(
    db,
  );
}

/** How many contacts there are of whom a condition over `c` is true. */
export async function countContacts(db: Db, condition: RawBuilder<boolean>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from contact c where ${condition}`.execute(db);
  return rows[0]!.count;
}

/** How many the planner thinks there are of whom a condition over `c` is true, from its statistics: nobody is looked at. */
export async function plannedContacts(db: Db, condition: RawBuilder<boolean>): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>`
    explain (format json) select from contact c where ${condition}`.execute(db);
  return rows[0]!['QUERY PLAN'][0]!.Plan['Plan Rows'];
}

/** How many contacts the statistics have; waits for nobody. */
export async function roughlyAllContacts(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select greatest(reltuples, 0)::bigint as count from pg_class where oid = 'contact'::regclass`.execute(db);
  return rows[0]!.count;
}

/** Ids of contacts of whom a condition over `c` is true, the newest first. */
export async function newestContacts(db: Db, condition: RawBuilder<boolean>, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select c.id from contact c where ${condition} order by c.id desc limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Counts of contacts taken from a part of the table; `whole` where the part was all of it, and they are exact. */
export interface SampledCounts {
  counts: number[];
  whole: boolean;
  /** Some contacts for each condition, of those that were looked at. */
  ids: number[][];
}

/**
 * Estimates of how many contacts there are of whom each condition is true: counted in pages taken at random and
 * extrapolated. All conditions in one pass over the same pages: 800 have some ten thousand contacts, and take ten to twenty
 * milliseconds.
 */
export async function estimateContacts(
  db: Db,
  conditions: RawBuilder<boolean>[],
  sampleSize: number,
  pages: number,
): Promise<SampledCounts> {
  const { rows: sizes } = await sql<{ pages: number }>`
    select greatest(pg_relation_size('contact') / current_setting('block_size')::int, 1) as pages`.execute(db);
  const share = Math.min(pages / sizes[0]!.pages, 1);
  const found = conditions.map((_, index) => sql.ref(`found.f${index}`));
  const fitting = conditions.map(
    (condition, index) => sql`array_agg(c.id) filter (where ${condition}) as ${sql.ref(`f${index}`)}`,
  );
  const { rows } = await sql<{ counts: number[]; ids: (number[] | null)[] }>`
    select array[${sql.join(found.map((ids) => sql`coalesce(cardinality(${ids}), 0)`))}]::bigint[] as counts,
           to_jsonb(array[${sql.join(found.map((ids) => sql`to_jsonb(${ids}[1:${sql.lit(sampleSize)}])`))}]) as ids
    from (select ${sql.join(fitting)} from contact c tablesample system (${share * 100})) found`.execute(db);
  const { counts, ids } = rows[0]!;
  return {
    counts: counts.map((count) => Math.round(count / share)),
    whole: share === 1,
    ids: ids.map((some) => some ?? []),
  };
}
