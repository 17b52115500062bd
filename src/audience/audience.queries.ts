import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Channel } from './domain/channel.js';
import type { ContactField, MessageKind } from './domain/recipient.js';
import type { HashKey } from './domain/suppression.js';
import { hashOf } from './suppressions.queries.js';

/**
 * These contacts as they are now, with their address on a channel or the reason to leave them out: a relation of
 * RecipientRow columns, those of `fields` among them; contacts that are gone are not in it. It is a fragment because the
 * sender joins it into the statement that commits its intent: an opt-out answered with 200 is obeyed by the next window
 * of a running run (R13). So is a suppression: whoever writes the list or a contact has marked the contact before it is
 * answered, and to look at the mark costs nothing. `= any`, since PostgreSQL looks up a sorted array leaf by leaf, not id by id. A transactional message goes to who opted out, too, but never to where it would bounce or was
 * complained of: only of those who are marked it asks the list why.
 */
export function recipients(
  contactIds: RawBuilder<number[]>,
  { channel, kind }: { channel: RawBuilder<Channel>; kind: RawBuilder<MessageKind> },
  fields: readonly ContactField[],
  key: HashKey,
): RawBuilder<unknown> {
  const columns = fields.map((field) =>
    field === 'push_subscriptions' ? openSubscriptions(kind, key) : sql`${sql.ref(`c.${field}`)}, `,
  );
  return sql`
    select c.id as contact_id, ${sql.join(columns, sql``)} reach.address,
           case when ${kind} = 'transactional' then case when reach.suppressed and ${isBlocked(sql`reach.address`, channel, key)}
                       then 'suppressed' when reach.address is null then 'no_address' end
                when reach.consent = 'unsubscribed' then 'unsubscribed' when reach.consent = 'pending' then 'unconfirmed'
                when reach.suppressed then 'suppressed' when reach.address is null then 'no_address'
           end as exclusion
    from contact c
    cross join lateral (
      select case ${channel} when 'email' then c.email when 'sms' then c.phone
               else coalesce(c.push_subscriptions -> 0 ->> 'endpoint', c.push_subscriptions -> 0 ->> 'token') end as address,
             case ${channel} when 'email' then c.email_consent when 'sms' then c.sms_consent
               else c.push_consent end as consent,
             case ${channel} when 'email' then c.email_suppressed when 'sms' then c.sms_suppressed
               else c.push_suppressed end as suppressed
    ) reach
    where c.id = any(${contactIds})`;
}

/** All of a contact's push subscriptions but those on the list; of the first the mark tells, the others are looked up here. */
const openSubscriptions = (kind: RawBuilder<MessageKind>, key: HashKey): RawBuilder<unknown> => sql`
    (select coalesce(jsonb_agg(s.one order by s.n), '[]')
     from jsonb_array_elements(c.push_subscriptions) with ordinality s (one, n)
     where not exists (
       select from suppression x where x.address_hash = ${hashOf(sql`coalesce(s.one ->> 'endpoint', s.one ->> 'token')`, key)}
         and (x.channel = 'all' or (x.channel = 'push' and (${kind} <> 'transactional' or x.reason <> 'unsubscribe')))
     )) as push_subscriptions, `;

/** Whether an address is on the list for more than that its owner unsubscribed from this channel. */
const isBlocked = (
  address: RawBuilder<unknown>,
  channel: RawBuilder<Channel>,
  key: HashKey,
): RawBuilder<boolean> => sql`
  exists (select from suppression s where s.address_hash = ${hashOf(address, key)}
            and (s.channel = 'all' or (s.channel = ${channel} and s.reason <> 'unsubscribe')))`;

/** Ids of the segments with these names. */
export async function segmentIds(db: Db, names: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: number; name: string }>`
    select id, name from segment where name = any(${names}::text[])`.execute(db);
  return new Map(rows.map(({ id, name }) => [name, id]));
}

/**
 * The same, and none of them is deleted before the transaction ends; one that is just being deleted is waited for, and gone.
 * The lock is that of a foreign key, which a change of its rule does not wait for, and is taken in the order of ids.
 */
export async function heldSegmentIds(db: Db, names: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: number; name: string }>`
    select id, name from segment where name = any(${names}::text[]) order by id for key share`.execute(db);
  return new Map(rows.map(({ id, name }) => [name, id]));
}

/** Ids of those segments with these names into which contacts are put. */
export async function staticSegmentIds(db: Db, names: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: number; name: string }>`
    select id, name from segment where name = any(${names}::text[]) and kind = 'static'`.execute(db);
  return new Map(rows.map(({ id, name }) => [name, id]));
}

/** Makes each contact a member of exactly the segments at its position. */
export async function replaceMembership(db: Db, contactIds: number[], segments: number[][]): Promise<void> {
  await sql`delete from segment_member where contact_id = any(${contactIds}::bigint[])`.execute(db);
  const pairs = contactIds.flatMap((contact, index) => segments[index]!.map((segment) => [segment, contact] as const));
  await sql`
    insert into segment_member (segment_id, contact_id)
    select * from unnest(${pairs.map(([segment]) => segment)}::bigint[], ${pairs.map(([, contact]) => contact)}::bigint[])
    on conflict do nothing`.execute(db);
}
