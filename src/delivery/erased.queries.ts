import { type RawBuilder, sql } from 'kysely';

/**
 * A value that says something about a contact; null once the contact was erased. Asked as the statement begins, by the primary
 * key: what is recorded at that very moment is taken by the second look at an erasure.
 */
export const unlessErased = <T>(contactId: RawBuilder<unknown>, value: RawBuilder<T>): RawBuilder<T | null> =>
  sql`case when not exists (select from departure gone where gone.contact_id = ${contactId} and gone.erased) then ${value} end`;
