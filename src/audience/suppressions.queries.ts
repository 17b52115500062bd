import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { Channel } from './domain/channel.js';
import type { HashKey, SuppressionChannel, SuppressionReason } from './domain/suppression.js';
import type { SuppressionQuery, SuppressionResponse } from './suppressions.dto.js';

/** One entry to make; the address in its normal form. */
export interface NewSuppression {
  address: string;
  channel: SuppressionChannel;
  reason: SuppressionReason;
}

/** One entry to take back; the address in its normal form, null for every channel. */
export interface OldSuppression {
  address: string;
  channel: SuppressionChannel | null;
}

/** Any number, the same in every version. */
const LOCK = 4_702_112;

/**
 * What every transaction that writes contacts begins with, before it locks any of them. A new address is compared with the
 * list, and a new entry with the contacts; were both to happen at one moment, each would look before the other commits and
 * neither would find anything. So those who write contacts and those who write the list never overlap: any number of the
 * first at a time, or one of the second, until the end of the transaction. Taken first, and by everybody in this order, it
 * is no part of a circle.
 */
export async function lockForContacts(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${LOCK})`.execute(db);
}

/** What every transaction that writes the suppression list begins with: see `lockForContacts`. */
export async function lockForSuppressions(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(db);
}

/** HMAC-SHA256 in SQL; the server needs no extension for it, and an address never has to leave it. */
export const hashOf = (address: RawBuilder<unknown>, { inner, outer }: HashKey): RawBuilder<Buffer> =>
  sql`sha256(${outer}::bytea || sha256(${inner}::bytea || convert_to(${address}, 'UTF8')))`;

/** Where a contact's push messages go: its first subscription, as the sender takes it. */
export const pushAddress = sql`coalesce(c.push_subscriptions -> 0 ->> 'endpoint', c.push_subscriptions -> 0 ->> 'token')`;

/**
 * Notes on these contacts which of their present addresses are on the list, where that is not what they say already: one
 * update for all. The caller holds one of the two locks.
 */
export async function markContacts(db: Db, key: HashKey, contactIds: readonly number[]): Promise<void> {
  if (contactIds.length === 0) return;
  await sql`
    with address as materialized (
      select c.id, a.channel, ${hashOf(sql`a.address`, key)} as hash from contact c
      cross join lateral (values ('email', c.email), ('sms', c.phone), ('push', ${pushAddress})) a (channel, address)
      where c.id = any(${bigints(contactIds)}::bigint[]) and a.address is not null
        and exists (select from suppression)
    ), hit as materialized (
      select a.id, bool_or(s.channel in ('email', 'all')) as email, bool_or(s.channel in ('sms', 'all')) as sms,
             bool_or(s.channel in ('push', 'all')) as push
      from address a join suppression s on s.address_hash = a.hash and s.channel in (a.channel, 'all') group by a.id
    ), due as materialized (
      select c.id, coalesce(h.email, false) as email, coalesce(h.sms, false) as sms, coalesce(h.push, false) as push
      from contact c left join hit h on h.id = c.id
      where c.id = any(${bigints(contactIds)}::bigint[])
        and (c.email_suppressed, c.sms_suppressed, c.push_suppressed)
            is distinct from (coalesce(h.email, false), coalesce(h.sms, false), coalesce(h.push, false))
      order by c.id for update of c
    )
    update contact c set email_suppressed = d.email, sms_suppressed = d.sms, push_suppressed = d.push
    from due d where c.id = d.id`.execute(db);
}

/** Whether anything is on the list. While nothing is, no contact is marked either. */
export async function hasSuppressions(db: Db): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`select exists (select from suppression) as any`.execute(db);
  return rows[0]!.any;
}

/** The contacts that have one of these addresses. */
export async function contactsAt(db: Db, addresses: readonly string[]): Promise<number[]> {
  const given = sql`any(${texts(addresses)}::text[])`;
  const { rows } = await sql<{ id: number }>`
    select c.id from contact c where c.email = ${given}
    union select c.id from contact c where c.phone = ${given}
    union select c.id from contact c where c.push_subscriptions <> '[]' and ${pushAddress} = ${given}`.execute(db);
  return rows.map(({ id }) => id);
}

/** The contacts that have one of these addresses, of which only the HMACs are known: all contacts are read. */
export async function contactsWithHashes(db: Db, key: HashKey, hashes: readonly Buffer[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select c.id from contact c
    cross join lateral (values (c.email), (c.phone), (${pushAddress})) a (address)
    where a.address is not null and ${hashOf(sql`a.address`, key)} = any(${hashes}::bytea[])`.execute(db);
  return rows.map(({ id }) => id);
}

/** Adds entries for erased people of whose addresses only the HMACs are known; the caller holds the lock of the list. */
export async function addErasures(db: Db, hashes: readonly Buffer[]): Promise<void> {
  await sql`
    insert into suppression (address_hash, channel, reason) select distinct h, 'all', 'erasure' from unnest(${hashes}::bytea[]) h
    on conflict (address_hash, channel) do update set reason = excluded.reason`.execute(db);
}

/**
 * How much a reason weighs. What the person demanded prevails, so that nobody takes it back unawares; `unsubscribe`, which
 * the person can take back, and `soft_bounce`, which the next delivery does, give way.
 */
const weightOf = (reason: RawBuilder<unknown>): RawBuilder<number> =>
  sql`case ${reason} when 'erasure' then 4 when 'complaint' then 3 when 'unsubscribe' then 1 when 'soft_bounce' then 0 else 2 end`;

/**
 * Adds entries and answers their ids by position. Of several reasons for one entry the weightiest stays, of equal ones the
 * first, so that it does not matter which of a bounce and a complaint was heard of earlier. Only what a person said stands
 * against `manual`: an operator who adds an address once more does not make their opt-out something to be taken back.
 */
export async function addSuppressions(
  db: Db,
  key: HashKey,
  entries: readonly NewSuppression[],
): Promise<{ id: number; created: boolean }[]> {
  const { rows } = await sql<{ id: number; created: boolean }>`
    with given as materialized (
      select ${hashOf(sql`g.address`, key)} as hash, g.channel, g.reason, g.position
      from unnest(${texts(entries.map(({ address }) => address))}::text[],
                  ${texts(entries.map(({ channel }) => channel))}::text[],
                  ${texts(entries.map(({ reason }) => reason))}::text[])
             with ordinality g (address, channel, reason, position)
    ), added as (
      insert into suppression as s (address_hash, channel, reason)
      select distinct on (hash, channel) hash, channel, reason from given
      order by hash, channel, ${weightOf(sql`reason`)} desc, position
      on conflict (address_hash, channel) do update
        set reason = case when (s.reason, excluded.reason) is distinct from ('unsubscribe', 'manual')
          and ${weightOf(sql`excluded.reason`)} > ${weightOf(sql`s.reason`)} then excluded.reason else s.reason end
      returning id, address_hash, channel, xmax = 0 as created
    )
    select a.id, a.created from given g join added a on a.address_hash = g.hash and a.channel = g.channel
    order by g.position`.execute(db);
  return rows;
}

/** Takes entries back, only those with `reason` where it is given; answers the reason of each. */
export async function removeSuppressions(
  db: Db,
  key: HashKey,
  entries: readonly OldSuppression[],
  reason: SuppressionReason | null,
): Promise<SuppressionReason[]> {
  const { rows } = await sql<{ reason: SuppressionReason }>`
    delete from suppression s
    using (select distinct ${hashOf(sql`g.address`, key)} as hash, g.channel
           from unnest(${texts(entries.map(({ address }) => address))}::text[],
                       ${texts(entries.map(({ channel }) => channel))}::text[]) g (address, channel)) g
    where s.address_hash = g.hash and (g.channel is null or s.channel = g.channel)
      and (${reason}::text is null or s.reason = ${reason})
    returning s.reason`.execute(db);
  return rows.map((row) => row.reason);
}

/** A contact as it is written to on a channel. */
export interface ContactOnChannel {
  contactId: number;
  channel: Channel;
}

/** Where that is, in its normal form and as the list has it. */
export interface ContactAddress extends ContactOnChannel {
  address: string;
  hash: Buffer;
}

/** The present addresses of contacts on channels; without those that have none. */
export async function hashedAddresses(
  db: Db,
  key: HashKey,
  contacts: readonly ContactOnChannel[],
): Promise<ContactAddress[]> {
  const { rows } = await sql<ContactAddress>`
    select c.id as "contactId", g.channel, a.address, ${hashOf(sql`a.address`, key)} as hash
    from unnest(${bigints(contacts.map(({ contactId }) => contactId))}::bigint[],
                ${texts(contacts.map(({ channel }) => channel))}::text[]) g (contact_id, channel)
    join contact c on c.id = g.contact_id
    cross join lateral (select case g.channel when 'email' then c.email when 'sms' then c.phone
                                 else ${pushAddress} end as address) a
    where a.address is not null`.execute(db);
  return rows;
}

/** Entries in the order they were made, after the given id; at most `limit + 1`. */
export async function listSuppressions(
  db: Db,
  key: HashKey,
  query: SuppressionQuery & { address?: string },
  after: number,
): Promise<SuppressionResponse[]> {
  const { address = null, channel = null, reason = null, limit } = query;
  const { rows } = await sql<SuppressionResponse>`
    select id, channel, reason, created_at from suppression
    where id > ${after} and (${address}::text is null or address_hash = ${hashOf(sql`${address}::text`, key)})
      and (${channel}::text is null or channel = ${channel}) and (${reason}::text is null or reason = ${reason})
    order by id limit ${limit + 1}`.execute(db);
  return rows;
}

/** Those of the addresses that the list has for a channel, or for every one. */
export async function suppressedAddresses(
  db: Db,
  key: HashKey,
  channel: Channel,
  addresses: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    select g.address from unnest(${texts(addresses)}::text[]) g (address)
    where exists (select from suppression s where s.address_hash = ${hashOf(sql`g.address`, key)}
                    and s.channel in ('all', ${channel}))`.execute(db);
  return rows.map(({ address }) => address);
}

/** One entry. */
export async function suppressionById(db: Db, id: number): Promise<SuppressionResponse> {
  const { rows } = await sql<SuppressionResponse>`
    select id, channel, reason, created_at from suppression where id = ${id}`.execute(db);
  return rows[0]!;
}

/** The entries of these addresses, in the order they were made. */
export async function suppressionsOf(
  db: Db,
  key: HashKey,
  addresses: readonly string[],
): Promise<SuppressionResponse[]> {
  const { rows } = await sql<SuppressionResponse>`
    select id, channel, reason, created_at from suppression
    where address_hash in (select ${hashOf(sql`g.address`, key)} from unnest(${texts(addresses)}::text[]) g (address))
    order by id`.execute(db);
  return rows;
}
