import { sql } from 'kysely';
import type { Db } from './database.js';

/** Those of the tables that are there and that our role may not read. A look at the catalogue, of no row of theirs. */
export async function closedTables(db: Db, tables: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from unnest(${tables}::text[]) name
    where not has_table_privilege(to_regclass(name)::oid, 'select') order by name`.execute(db);
  return rows.map(({ name }) => name);
}
