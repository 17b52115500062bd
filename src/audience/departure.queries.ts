import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { HashKey } from './domain/suppression.js';
import { type HashedTraces, identitiesOf, type Traces } from './domain/traces.js';
import { hashOf } from './suppressions.queries.js';

/** A contact that is gone; what it left is there only of one that was deleted, for its erasure. */
export interface Departed extends HashedTraces {
  erased: boolean;
  at: Date;
}

/** When and how a contact went; undefined for one that is there, or never was. */
export async function departureOf(db: Db, contactId: number): Promise<Departed | undefined> {
  const { rows } =
    await sql<Departed>`select erased, at, addresses, identities from departure where contact_id = ${contactId}`.execute(
      db,
    );
  return rows[0];
}

/** Notes that a contact was deleted, with the HMACs of the addresses it had and of what else names it. */
export async function recordDeletion(
  db: Db,
  key: HashKey,
  contactId: number,
  traces: Traces,
  now: RawBuilder<Date>,
): Promise<void> {
  const hashes = (of: readonly string[]) =>
    sql`array(select ${hashOf(sql`g.text`, key)} from unnest(${texts(of)}::text[]) g (text))`;
  await sql`
    insert into departure (contact_id, erased, at, addresses, identities)
    values (${contactId}, false, ${now}, ${hashes(traces.addresses)}, ${hashes(identitiesOf(traces))})`.execute(db);
}

/** Notes that a contact was erased, also after it was deleted; its time is that of the first erasure. */
export async function recordErasure(db: Db, contactId: number, now: RawBuilder<Date>): Promise<Departed> {
  const { rows } = await sql<Departed>`
    insert into departure as d (contact_id, erased, at) values (${contactId}, true, ${now})
    on conflict (contact_id) do update set
      at = case when d.erased then d.at else excluded.at end, erased = true, addresses = '{}', identities = '{}'
    returning erased, at, addresses, identities`.execute(db);
  return rows[0]!;
}

/** An erasure from before the moment that has to be looked at again; two processes that look at one do no harm. */
export async function erasureToRevisit(db: Db, before: RawBuilder<Date>): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    select contact_id as id from departure where erased and not revisited and at < ${before}
    order by at limit 1`.execute(db);
  return rows[0]?.id;
}

/** Notes that an erasure was looked at again. */
export async function noteRevisited(db: Db, contactId: number): Promise<void> {
  await sql`update departure set revisited = true where contact_id = ${contactId}`.execute(db);
}

/** Removes a contact and its memberships; answers what identified it, undefined where it is not there. */
export async function removeContact(db: Db, contactId: number): Promise<Traces | undefined> {
  const { rows } = await sql<Traces>`
    delete from contact where id = ${contactId}
    returning array_remove(array[email, phone], null)
      || array(select coalesce(s ->> 'endpoint', s ->> 'token') from jsonb_array_elements(push_subscriptions) s) as addresses,
      external_id as "externalId"`.execute(db);
  return rows[0];
}

/** Leaves of a consent history what was said and when, and nothing that tells who or where. */
export async function wipeConsentChanges(db: Db, contactId: number): Promise<void> {
  await sql`
    update consent_change set source = null, text_version = null, actor = null
    where contact_id = ${contactId}`.execute(db);
}

/**
 * Forgets up to a thousand contacts that were deleted before the moment, with their consent history; answers how many.
 * Those that another process is at are passed over. Erased ones have no history that says anything, and stay known as such.
 */
export async function forgetDeparted(db: Db, before: RawBuilder<Date>): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    delete from departure where contact_id = any(array(
      select contact_id from departure where not erased and at < ${before} order by at limit 1000 for update skip locked))
    returning contact_id as id`.execute(db);
  if (rows.length === 0) return 0;
  await sql`delete from consent_change where contact_id = any(${bigints(rows.map(({ id }) => id))}::bigint[])`.execute(
    db,
  );
  return rows.length;
}
