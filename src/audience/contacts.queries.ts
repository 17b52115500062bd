import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { ConsentResponse } from './consent.dto.js';
import { optedOut } from './consent.queries.js';
import type { ContactQuery, ContactResponse, CreateContact, UpdateContact } from './contacts.dto.js';
import { CHANNELS, type Channel } from './domain/channel.js';
import { IDENTITIES, type Identity } from './domain/identity.js';

/** The columns of a request's contact that were given; null clears, absent keeps. */
export function columnsOf(contact: UpdateContact): Record<string, unknown> {
  const { segments: _, consent, push_subscriptions, attributes, ...plain } = contact;
  const columns: Record<string, unknown> = { ...plain };
  if (push_subscriptions) columns.push_subscriptions = push_subscriptions;
  if (attributes) columns.attributes = attributes;
  for (const channel of CHANNELS) if (consent?.[channel]) columns[`${channel}_consent`] = consent[channel];
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

/** `name = <new value if the request named it, else the present one>`. */
function replacement(name: string, value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${sql.ref(name)} = case when g.v ? ${name} then ${value} else c.${sql.ref(name)} end`;
}

const texts = [...IDENTITIES, 'first_name', 'last_name', 'locale', 'time_zone'];
const replacements = sql.join([
  ...texts.map((name) => replacement(name, sql`g.v->>${name}`)),
  ...['push_subscriptions', 'attributes'].map((name) => replacement(name, sql`g.v->${name}`)),
  ...CHANNELS.map((channel) => {
    const [name, said] = [`${channel}_consent`, sql`(g.v->>${`${channel}_consent`})::consent`];
    // The same as `heeded`.
    const kept = sql`${said} = 'subscribed' and ${channel} = any(k.opted_out)`;
    return replacement(name, sql`case when ${kept} then c.${sql.ref(name)} else ${said} end`);
  }),
]);

/** What contact `c` has consented to. */
export const consents = sql`jsonb_build_object('email', c.email_consent, 'sms', c.sms_consent, 'push', c.push_consent)`;

/** A contact that was written: what it had consented to before, null for a new one. */
export interface Upserted {
  identity: string;
  id: number;
  before: ConsentResponse | null;
  /** Where its own word is that it opted out: it was not subscribed there. */
  optedOut: Channel[];
}

/**
 * Creates contacts, or updates those whose `identity` is known, in one statement: a field that is absent keeps its
 * value, null clears it. No identity may occur twice. A contact that another transaction creates at the same moment is
 * in neither part; rows are locked in the order of ids and made in the order of keys, so that two calls about the same
 * people wait for each other and never in a circle. The caller repeats the statement for what is missing, and then it is an update.
 */
export async function upsertContacts(
  db: Db,
  now: RawBuilder<Date>,
  identity: Identity,
  contacts: CreateContact[],
): Promise<Upserted[]> {
  const given = JSON.stringify(contacts.map(columnsOf));
  const key = sql.ref(identity);
  const { rows } = await sql<Upserted>`
    with g as materialized (
      select value as v, value->>${identity} as key, ordinality as position
      from jsonb_array_elements(${given}::jsonb) with ordinality
    ), known as materialized (
      select c.id, ${consents} as before, ${optedOut()} as opted_out from contact c join g on c.${key} = g.key order by c.id for update of c
    ), updated as (
      update contact c set ${replacements}, version = c.version + 1, updated_at = ${now}
      from g, known k where c.id = k.id and c.${key} = g.key
      returning c.id, g.key, k.before, k.opted_out
    ), created as (
      insert into contact (external_id, email, phone, push_subscriptions, first_name, last_name, locale, time_zone,
                           attributes, email_consent, sms_consent, push_consent)
      select v->>'external_id', v->>'email', v->>'phone', coalesce(v->'push_subscriptions', '[]'), v->>'first_name',
             v->>'last_name', v->>'locale', v->>'time_zone', coalesce(v->'attributes', '{}'),
             coalesce(v->>'email_consent', 'subscribed')::consent, coalesce(v->>'sms_consent', 'subscribed')::consent,
             coalesce(v->>'push_consent', 'subscribed')::consent
      from g where not exists (select from contact c where c.${key} = g.key)
      order by key
      on conflict (${key}) where ${key} is not null do nothing
      returning id, ${key} as key
    )
    select key as identity, id, before, opted_out as "optedOut" from updated
    union all select key, id, null, '{}' from created`.execute(db);
  return rows;
}

/**
 * Gives external_ids that nobody has to the contacts who have the email that comes with each, or else the phone, and no
 * external_id yet; an upsert by external_id then finds them. Rows are locked in the order of ids, as by every writer.
 */
export async function adoptExternalIds(db: Db, contacts: CreateContact[]): Promise<void> {
  const [externalIds, emails, phones] = IDENTITIES.map((name) => contacts.map((contact) => contact[name] ?? null));
  await sql`
    with chosen as materialized (
      select distinct on (id) coalesce(e.id, p.id) as id, g.external_id
      from unnest(${externalIds}::text[], ${emails}::text[], ${phones}::text[])
           with ordinality g (external_id, email, phone, position)
      left join contact e on e.email = g.email
      left join contact p on e.id is null and p.phone = g.phone
      where coalesce(e.id, p.id) is not null and coalesce(e.external_id, p.external_id) is null
        and not exists (select from contact x where x.external_id = g.external_id)
      order by id, g.position
    ), locked as materialized (
      select c.id from contact c join chosen on chosen.id = c.id order by c.id for update of c
    )
    update contact c set external_id = chosen.external_id
    from chosen join locked on locked.id = chosen.id where c.id = chosen.id and c.external_id is null`.execute(db);
}

/** The columns of ContactResponse over a contact `c`. */
export const contactResponse = sql`
  c.id, c.external_id, c.email, c.phone, c.push_subscriptions, c.first_name, c.last_name, c.locale, c.time_zone,
  c.attributes, ${consents} as consent,
  array_remove(array[case when c.email_suppressed then 'email' end, case when c.sms_suppressed then 'sms' end,
                     case when c.push_suppressed then 'push' end], null) as suppressed,
  array(select s.name from segment_member m join segment s on s.id = m.segment_id
        where m.contact_id = c.id order by s.name) as segments,
  c.version, c.created_at, c.updated_at`;

/** Contacts of whom conditions over `c` are true, in the order they were made, after the given id; at most `limit + 1`. */
export async function listContacts(
  db: Db,
  query: ContactQuery,
  after: number,
  match: RawBuilder<boolean>,
): Promise<ContactResponse[]> {
  const { rows } = await sql<ContactResponse>`
    select ${contactResponse} from contact c
    where c.id > ${after} and ${match}
      and (${query.email ?? null}::text is null or c.email = ${query.email ?? null})
    order by c.id limit ${query.limit + 1}`.execute(db);
  return rows;
}

/** One contact, or undefined. */
export async function findContact(db: Db, id: number): Promise<ContactResponse | undefined> {
  const { rows } = await sql<ContactResponse>`select ${contactResponse} from contact c where c.id = ${id}`.execute(db);
  return rows[0];
}

/** The contacts with these ids, in their order; those that are gone are not among them. */
export async function contactsOf(db: Db, ids: number[]): Promise<ContactResponse[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<ContactResponse>`
    select ${contactResponse} from unnest(${ids}::bigint[]) with ordinality as asked (id, place)
    join contact c on c.id = asked.id order by asked.place`.execute(db);
  return rows;
}
