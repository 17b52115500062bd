import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { ConsentChangeResponse } from './consent.dto.js';
import type { Consent } from './contact.entity.js';
import { CHANNELS, type Channel } from './domain/channel.js';
import { CONTACT, RELEASE } from './domain/consent-actor.js';
import type { HashKey } from './domain/suppression.js';
import { hashOf, type NewSuppression, type OldSuppression, pushAddress } from './suppressions.queries.js';

/** Who said it, where, and under which text. */
export interface ConsentOrigin {
  source: string | null;
  textVersion: string | null;
  /** The API key that was used, or how else it came. */
  actor: string | null;
}

/** Something new about a contact's consent to a channel. */
export interface NewConsentChange extends ConsentOrigin {
  contactId: number;
  channel: Channel;
  status: Consent;
}

/** Adds to the history, and to nothing else. */
export async function addConsentChanges(
  db: Db,
  now: RawBuilder<Date>,
  changes: readonly NewConsentChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await sql`
    insert into consent_change (contact_id, channel, status, source, text_version, actor, at)
    select c.*, ${now}
    from unnest(${bigints(changes.map(({ contactId }) => contactId))}::bigint[],
                ${texts(changes.map(({ channel }) => channel))}::text[],
                ${texts(changes.map(({ status }) => status))}::consent[],
                ${texts(changes.map(({ source }) => source))}::text[],
                ${texts(changes.map(({ textVersion }) => textVersion))}::text[],
                ${texts(changes.map(({ actor }) => actor))}::text[]) c`.execute(db);
}

/** A contact's history, the newest first, before the given id; at most `limit + 1`. */
export async function listConsentChanges(
  db: Db,
  contactId: number,
  limit: number,
  before: number | null,
): Promise<ConsentChangeResponse[]> {
  const { rows } = await sql<ConsentChangeResponse>`
    select id, channel, status, source, text_version, actor, at from consent_change
    where contact_id = ${contactId} and (${before}::bigint is null or id < ${before})
    order by id desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** The last thing that was said about each channel. */
export async function lastConsentChanges(db: Db, contactId: number): Promise<ConsentChangeResponse[]> {
  const { rows } = await sql<ConsentChangeResponse>`
    select distinct on (channel) id, channel, status, source, text_version, actor, at from consent_change
    where contact_id = ${contactId} order by channel, id desc`.execute(db);
  return rows;
}

/** What was said about a channel since an entry of a contact's history, that entry first; empty where it is not there. */
export async function consentChangesSince(
  db: Db,
  contactId: number,
  channel: Channel,
  id: number,
): Promise<ConsentChangeResponse[]> {
  const { rows } = await sql<ConsentChangeResponse>`
    select id, channel, status, source, text_version, actor, at from consent_change
    where contact_id = ${contactId} and channel = ${channel} and id >= ${id} order by id`.execute(db);
  return rows[0]?.id === id ? rows : [];
}

/** The addresses of contact `c` on a channel, `n` counting them: for push one for each device. */
const addressesOn = (channel: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  select a.address, a.n from (
    values ('email', c.email, 1), ('sms', c.phone, 1)
    union all select 'push', coalesce(s.one ->> 'endpoint', s.one ->> 'token'), s.n
              from jsonb_array_elements(c.push_subscriptions) with ordinality s (one, n)
  ) a (channel, address, n) where a.channel = ${channel} and a.address is not null)`;

/** Something that happened to a message and speaks against another one. */
export interface Harm {
  contactId: number;
  channel: Channel;
  reason: 'bounce' | 'complaint' | 'unsubscribe';
}

/**
 * The present addresses of those who were harmed, as entries for the suppression list. A bounce is that of one device, the first;
 * what a person says is about all of them.
 */
export async function addressesOf(db: Db, harms: readonly Harm[]): Promise<NewSuppression[]> {
  const { rows } = await sql<NewSuppression>`
    select a.address, h.channel, h.reason
    from unnest(${bigints(harms.map(({ contactId }) => contactId))}::bigint[],
                ${texts(harms.map(({ channel }) => channel))}::text[],
                ${texts(harms.map(({ reason }) => reason))}::text[]) h (contact_id, channel, reason)
    join contact c on c.id = h.contact_id
    cross join lateral ${addressesOn(sql`h.channel`)} a
    where a.n = 1 or h.reason <> 'bounce'`.execute(db);
  return rows;
}

/** A contact as its consent is changed. */
export interface Consenting {
  status: Consent;
  addresses: string[];
}

/** Where a contact stands on a channel, locked until the end of the transaction; undefined for one that is gone. */
export async function lockConsent(db: Db, contactId: number, channel: Channel): Promise<Consenting | undefined> {
  const { rows } = await sql<Consenting>`
    select c.${sql.ref(`${channel}_consent`)} as status,
           array(select a.address from ${addressesOn(sql`${channel}`)} a order by a.n) as addresses
    from contact c where c.id = ${contactId} for update`.execute(db);
  return rows[0];
}

/**
 * The channels of contact `c` on which its own last word, whatever an API key or a file has said since, is that it opted out,
 * and no admin has taken that off the suppression list. Asked only of channels that it is not subscribed to.
 */
export const optedOut = (c: 'c' | 'p' = 'c'): RawBuilder<Channel[]> =>
  sql`array_remove(array[${sql.join(
    CHANNELS.map(
      (channel) => sql`case when ${sql.ref(`${c}.${channel}_consent`)} <> 'subscribed' and (
      select o.status = 'unsubscribed' and o.actor = ${CONTACT} from consent_change o
      where o.contact_id = ${sql.ref(`${c}.id`)} and o.channel = ${channel} and o.status <> 'pending'
        and o.actor in (${CONTACT}, ${RELEASE})
      order by o.id desc limit 1) then ${channel} end`,
    ),
  )}]::text[], null)`;

/** The same of one contact, which the caller has locked. */
export async function optedOutOf(db: Db, contactId: number): Promise<Channel[]> {
  const { rows } = await sql<{ channels: Channel[] }>`
    select ${optedOut()} as channels from contact c where c.id = ${contactId}`.execute(db);
  return rows[0]?.channels ?? [];
}

/**
 * Writes down of contacts that have addresses which are taken off the suppression list that they opted out themselves with
 * these: from then on others may subscribe them. The entries must still be there, and the caller holds the lock of the list.
 */
export async function noteReleases(
  db: Db,
  key: HashKey,
  contactIds: readonly number[],
  entries: readonly OldSuppression[],
  { now, source }: { now: RawBuilder<Date>; source: string },
): Promise<void> {
  await sql`
    insert into consent_change (contact_id, channel, status, source, actor, at)
    select distinct c.id, a.channel, 'unsubscribed'::consent, ${source}, ${RELEASE}, ${now}
    from contact c
    cross join lateral (values ('email', c.email), ('sms', c.phone), ('push', ${pushAddress})) a (channel, address)
    join unnest(${texts(entries.map(({ address }) => address))}::text[],
                ${texts(entries.map(({ channel }) => channel))}::text[]) g (address, channel)
      on g.address = a.address and (g.channel is null or g.channel = a.channel)
    where c.id = any(${bigints(contactIds)}::bigint[]) and a.channel = any(${optedOut()})
      and exists (select from suppression s where s.address_hash = ${hashOf(sql`a.address`, key)}
                    and s.channel = a.channel)`.execute(db);
}

/** Sets a contact's status on a channel; a change of the contact like any other. */
export async function setConsent(
  db: Db,
  now: RawBuilder<Date>,
  { contactId, channel, status }: { contactId: number; channel: Channel; status: Consent },
): Promise<void> {
  await sql`
    update contact set ${sql.ref(`${channel}_consent`)} = ${status}::consent, version = version + 1, updated_at = ${now}
    where id = ${contactId}`.execute(db);
}
