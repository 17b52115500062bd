import { type RawBuilder, sql } from 'kysely';
import { texts } from './array-literal.js';

/** Whether one of these texts stands in a value's JSON, in upper or lower case. */
export function mentions(json: RawBuilder<unknown>, needles: readonly string[]): RawBuilder<boolean> {
  const written = needles.map((needle) => JSON.stringify(needle).slice(1, -1).toLowerCase());
  return sql`exists (select from unnest(${texts(written)}::text[]) n (needle) where strpos(lower(${json}), needle) > 0)`;
}
