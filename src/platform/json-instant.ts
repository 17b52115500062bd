import { type RawBuilder, sql } from 'kysely';

/** An instant as all answers write it, for JSON that is made in the database: `2026-11-29T08:00:00.000Z`. */
export const jsonInstant = (instant: RawBuilder<unknown>): RawBuilder<string> =>
  sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
