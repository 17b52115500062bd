import { type RawBuilder, sql } from 'kysely';
import { texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { StoredSubscription } from './domain/stored-subscription.js';
import { pushAddress } from './suppressions.queries.js';

/** A subscription of a contact that a push service called gone, as it was when the message left. */
export interface GoneSubscription {
  contactId: number;
  subscription: StoredSubscription;
}

/**
 * Takes subscriptions out of contacts and answers the contacts that had them. Compared whole: one that was registered anew
 * since the message left has another `registered_at`, and stays (R79). In the order of ids, as everybody locks contacts.
 */
export async function removeSubscriptions(
  db: Db,
  now: RawBuilder<Date>,
  gone: readonly GoneSubscription[],
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with gone as materialized (
      select (g.one ->> 'contactId')::bigint as contact_id, g.one -> 'subscription' as subscription
      from jsonb_array_elements(${JSON.stringify(gone)}::jsonb) g (one)
    ), had as materialized (
      select c.id, c.push_subscriptions from contact c
      where c.id in (select contact_id from gone) order by c.id for update
    ), left_over as materialized (
      select h.id, coalesce((
               select jsonb_agg(s.one order by s.n) from jsonb_array_elements(h.push_subscriptions) with ordinality s (one, n)
               where not exists (select from gone g where g.contact_id = h.id and g.subscription = s.one)), '[]') as kept,
             h.push_subscriptions as before
      from had h
    )
    update contact c set push_subscriptions = l.kept, version = c.version + 1, updated_at = ${now}
    from left_over l where l.id = c.id and l.kept <> l.before
    returning c.id`.execute(db);
  return rows.map(({ id }) => id);
}

/** A contact's subscriptions, locked until the end of the transaction; undefined for a contact that is gone. */
export async function lockSubscriptions(db: Db, contactId: number): Promise<StoredSubscription[] | undefined> {
  const { rows } = await sql<{ present: StoredSubscription[] }>`
    select push_subscriptions as present from contact where id = ${contactId} for update`.execute(db);
  return rows[0]?.present;
}

/** Sets a contact's subscriptions; a change of the contact like any other. */
export async function setSubscriptions(
  db: Db,
  now: RawBuilder<Date>,
  contactId: number,
  all: readonly StoredSubscription[],
): Promise<void> {
  await sql`
    update contact set push_subscriptions = ${JSON.stringify(all)}::jsonb, version = version + 1, updated_at = ${now}
    where id = ${contactId}`.execute(db);
}

/** Those of these texts that are the endpoint or token of a contact's first subscription. */
export async function pushAddressesAmong(db: Db, candidates: readonly string[]): Promise<string[]> {
  if (candidates.length === 0) return [];
  const { rows } = await sql<{ address: string }>`
    select distinct ${pushAddress} as address from contact c
    where c.push_subscriptions <> '[]' and ${pushAddress} = any(${texts(candidates)}::text[])`.execute(db);
  return rows.map(({ address }) => address);
}
