import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { ConsentChangeResponse } from './consent.dto.js';
import type { Consent } from './contact.entity.js';
import type { Channel } from './domain/channel.js';
import { type NewSuppression, pushAddress } from './suppressions.queries.js';

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

const addressOn: Record<Channel, RawBuilder<unknown>> = { email: sql`c.email`, sms: sql`c.phone`, push: pushAddress };

/** Something that happened to a message and speaks against another one. */
export interface Harm {
  contactId: number;
  channel: Channel;
  reason: 'bounce' | 'complaint' | 'unsubscribe';
}

/** The present addresses of those who were harmed, as entries for the suppression list. */
export async function addressesOf(db: Db, harms: readonly Harm[]): Promise<NewSuppression[]> {
  const { rows } = await sql<NewSuppression>`
    select a.address, h.channel, h.reason
    from unnest(${bigints(harms.map(({ contactId }) => contactId))}::bigint[],
                ${texts(harms.map(({ channel }) => channel))}::text[],
                ${texts(harms.map(({ reason }) => reason))}::text[]) h (contact_id, channel, reason)
    join contact c on c.id = h.contact_id
    cross join lateral (select case h.channel when 'email' then c.email when 'sms' then c.phone
                                 else ${pushAddress} end as address) a
    where a.address is not null`.execute(db);
  return rows;
}

/** A contact as its consent is changed. */
export interface Consenting {
  status: Consent;
  address: string | null;
}

/** Where a contact stands on a channel, locked until the end of the transaction; undefined for one that is gone. */
export async function lockConsent(db: Db, contactId: number, channel: Channel): Promise<Consenting | undefined> {
  const { rows } = await sql<Consenting>`
    select c.${sql.ref(`${channel}_consent`)} as status, ${addressOn[channel]} as address
    from contact c where c.id = ${contactId} for update`.execute(db);
  return rows[0];
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
