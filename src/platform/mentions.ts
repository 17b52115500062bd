import { type RawBuilder, sql } from 'kysely';
import { texts } from './array-literal.js';

/** Whether one of these texts stands in a value's JSON, in upper or lower case. */
export function mentions(json: RawBuilder<unknown>, needles: readonly string[]): RawBuilder<boolean> {
  const written = needles.map((needle) => JSON.stringify(needle).slice(1, -1).toLowerCase());
  return sql`exists (select from unnest(${texts(written)}::text[]) n (needle) where strpos(lower(${json}), needle) > 0)`;
}

/** What may stand in an address: what a text quotes must not go on with it, before or after. */
const INSIDE = "[[:alnum:]_.+'%@-]";

/** Whether one of these texts stands in another as a whole, in upper or lower case: `row@…` does not in `crow@…`. */
export function quotes(text: RawBuilder<unknown>, needles: readonly string[]): RawBuilder<boolean> {
  const patterns = needles.flatMap((needle) => {
    const escaped = (words: string) => words.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
    const spelt = new Set([needle, JSON.stringify(needle).slice(1, -1)]);
    return [...spelt].map((words) => `(?<!${INSIDE})${escaped(words)}(?!${INSIDE.replace('.', '')}|\\.[[:alnum:]])`);
  });
  return sql`coalesce(${text} ~* any(${texts(patterns)}::text[]), false)`;
}
