import { type RawBuilder, sql } from 'kysely';
import { bigints } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { ContactQuery } from './contacts.dto.js';
import { attributeObjects, searchPrefixes } from './domain/contact-search.js';
import type { Identity } from './domain/identity.js';

/** Up to so many matches are listed by their index; a page of more is found soonest by walking the contacts in order. */
const FEW = 5_000;
/** Behind every character: what begins with a prefix lies between it and it with this. A range is an index's business, whatever the plan. */
const LAST = '\u{10FFFF}';

/**
 * Which contacts match, as a condition on `c`. How many there are decides how they are found: of a few, their ids are taken
 * from the indexes at once; many are anywhere, so a walk in the order of ids soon has a page of them. The caller holds a
 * transaction, in which no index is left for a look through the whole table, nor asked for more than can be used.
 */
export async function matching(db: Db, query: ContactQuery): Promise<RawBuilder<boolean>> {
  const conditions: RawBuilder<boolean>[] = [];
  const { search, attribute } = query;
  if (search === undefined && attribute === undefined) return sql`true`;
  await sql`select set_config('enable_seqscan', 'off', true),
                   set_config('gin_fuzzy_search_limit', ${String(4 * FEW)}, true)`.execute(db);
  if (search !== undefined) conditions.push(await fewOr(db, beginning(search), walkingBeginning(search)));
  if (attribute !== undefined) conditions.push(await fewOr(db, containing(attribute), walkingContaining(attribute)));
  return sql`${sql.join(conditions, sql` and `)}`;
}

async function fewOr(db: Db, ids: RawBuilder<unknown>, walking: RawBuilder<boolean>): Promise<RawBuilder<boolean>> {
  const { rows } = await sql<{ id: number }>`select id from (${ids}) f limit ${FEW + 1}`.execute(db);
  if (rows.length > FEW) return walking;
  return sql`c.id = any(${bigints(rows.map(({ id }) => id))}::bigint[])`;
}

/** Ids from the indexes, each asked for no more than is of use; nobody where there is nothing to begin with. */
function beginning(search: string): RawBuilder<unknown> {
  const those = prefixesOf(search).map(([name, prefix]) => {
    const column = sql.ref(name);
    return sql`(select id from contact where ${column} >= ${prefix} and ${column} < ${prefix + LAST} limit ${FEW + 1})`;
  });
  return those.length > 0 ? sql.join(those, sql` union `) : sql`select id from contact where false`;
}

/** The same asked of each contact, in words that fit no index. */
function walkingBeginning(search: string): RawBuilder<boolean> {
  const begins = prefixesOf(search).map(
    ([name, prefix]) => sql`left(${sql.ref(`c.${name}`)}, ${[...prefix].length}) = ${prefix}`,
  );
  return sql<boolean>`(${sql.join(begins, sql` or `)})`;
}

const prefixesOf = (search: string) =>
  Object.entries(searchPrefixes(search)).filter((entry): entry is [Identity, string] => entry[1] !== null);

const containing = (attribute: string): RawBuilder<unknown> =>
  sql`select id from contact where attributes <> '{}' and attributes @> any(${jsons(attribute)}) limit ${FEW + 1}`;
const walkingContaining = (attribute: string): RawBuilder<boolean> =>
  sql<boolean>`(c.attributes || '{}') @> any(${jsons(attribute)})`;
const jsons = (attribute: string) =>
  sql`${attributeObjects(attribute).map((object) => JSON.stringify(object))}::jsonb[]`;
