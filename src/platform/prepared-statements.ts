import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Client, Pool } from 'pg';

const MARK = '/* prepared */';

/**
 * Begins a hot statement: each connection parses and plans it once and then only executes it, which for the statements
 * of the dispatch path is half of their cost. Its text must be one of few; whatever varies goes into parameters.
 */
export const prepared: RawBuilder<unknown> = sql.raw(MARK);

/** Makes the connections of a pool prepare the statements that begin with the mark; all others pass as they are. */
export function prepareMarked(pool: Pool): void {
  const names = new Map<string, string>();
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const marked = (text: unknown, ...rest: unknown[]): unknown => {
      if (typeof text !== 'string' || !text.startsWith(MARK)) return query(text, ...rest);
      const name = names.get(text) ?? nameOf(text);
      names.set(text, name);
      return query({ name, text, values: rest[0] }, ...rest.slice(1));
    };
    client.query = marked as Client['query'];
  });
}

const nameOf = (text: string): string => createHash('sha1').update(text).digest('hex').slice(0, 16);
