import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Channel } from './domain/channel.js';
import type { Recipient } from './domain/recipient.js';

/**
 * The contacts of an audience with ids in (after, through], ascending: a relation with the one column `contact_id`.
 * Null means everyone. It is a fragment because freezing joins it into one INSERT … SELECT: ids never leave the server.
 */
export function members(segmentId: number | null, after: number, through: number): RawBuilder<unknown> {
  return segmentId === null
    ? sql`select id as contact_id from contact where id > ${after} and id <= ${through}`
    : sql`select contact_id from segment_member
          where segment_id = ${segmentId} and contact_id > ${after} and contact_id <= ${through}`;
}

/** The highest contact id of an audience, 0 when it is empty: the end of the range to freeze. */
export async function lastMember(db: Db, segmentId: number | null): Promise<number> {
  const last =
    segmentId === null
      ? sql<{ id: number }>`select coalesce(max(id), 0) as id from contact`
      : sql<{
          id: number;
        }>`select coalesce(max(contact_id), 0) as id from segment_member where segment_id = ${segmentId}`;
  const { rows } = await last.execute(db);
  return rows[0]!.id;
}

const addressOf: Record<Channel, RawBuilder<string | null>> = {
  email: sql`c.email`,
  sms: sql`c.phone`,
  push: sql`coalesce(c.push_subscriptions -> 0 ->> 'endpoint', c.push_subscriptions -> 0 ->> 'token')`,
};
const consentOf: Record<Channel, RawBuilder<string>> = {
  email: sql`c.email_consent`,
  sms: sql`c.sms_consent`,
  push: sql`c.push_consent`,
};

interface RecipientRow {
  contact_id: number;
  address: string | null;
  exclusion: Recipient['exclusion'];
  external_id: string | null;
  email: string | null;
  phone: string | null;
  first_name: string | null;
  last_name: string | null;
  locale: string | null;
  time_zone: string | null;
  attributes: Record<string, unknown> | null;
}

/**
 * These contacts as they are now, in the given order. Asked right after a window's intent, so that an opt-out answered
 * with 200 is obeyed by the next window of a running run (R13).
 */
export async function loadRecipients(db: Db, contactIds: number[], channel: Channel): Promise<Recipient[]> {
  const { rows } = await sql<RecipientRow>`
    select p.contact_id, ${addressOf[channel]} as address,
           case when c.id is null then 'contact_deleted'
                when ${consentOf[channel]} = 'unsubscribed' then 'unsubscribed'
                when ${consentOf[channel]} = 'pending' then 'unconfirmed'
                when ${addressOf[channel]} is null then 'no_address' end as exclusion,
           c.external_id, c.email, c.phone, c.first_name, c.last_name, c.locale, c.time_zone, c.attributes
    from unnest(${contactIds}::bigint[]) with ordinality p(contact_id, position)
    left join contact c on c.id = p.contact_id
    order by p.position`.execute(db);
  return rows.map(({ contact_id, address, exclusion, attributes, ...fields }) => ({
    contactId: contact_id,
    address: exclusion === null ? address : null,
    exclusion,
    fields: { ...fields, attributes: attributes ?? {} },
  }));
}

/** Ids of the segments with these names. */
export async function segmentIds(db: Db, names: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: number; name: string }>`
    select id, name from segment where name = any(${names}::text[])`.execute(db);
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
