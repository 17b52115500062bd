import { sql } from 'kysely';
import { texts } from '../../platform/array-literal.js';
import type { Db } from '../../platform/database.js';
import type { HashKey } from '../domain/suppression.js';
import { hashOf } from '../suppressions.queries.js';

/**
 * Tells every import that has not ended whom it must leave out from now on, by what identified the person. The caller holds the
 * lock of the suppression list, as no slice that is being written does: the next one sees it.
 */
export async function leaveOutOfImports(db: Db, key: HashKey, identities: readonly string[]): Promise<void> {
  await sql`
    update import set erased = erased || array(select ${hashOf(sql`g.identity`, key)}
                                               from unnest(${texts(identities)}::text[]) g (identity))
    where finished_at is null`.execute(db);
}

/** The same by HMACs that were kept. */
export async function leaveHashesOutOfImports(db: Db, hashes: readonly Buffer[]): Promise<void> {
  await sql`update import set erased = erased || ${hashes}::bytea[] where finished_at is null`.execute(db);
}

/** Whether an import must leave out anybody. */
export async function hasErased(db: Db, importId: number): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`select erased <> '{}' as any from import where id = ${importId}`.execute(
    db,
  );
  return rows[0]?.any ?? false;
}

/** Those of these identities by which an import must leave somebody out. */
export async function erasedAmong(
  db: Db,
  key: HashKey,
  importId: number,
  identities: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ identity: string }>`
    select g.identity from import i, unnest(${texts(identities)}::text[]) g (identity)
    where i.id = ${importId} and ${hashOf(sql`g.identity`, key)} = any(i.erased)`.execute(db);
  return new Set(rows.map(({ identity }) => identity));
}
