import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import {
  CONTACT_FIELDS,
  type ContactField,
  type Exclusion,
  type Recipient,
  recipientOf,
  type RecipientRow,
} from './domain/recipient.js';

/** An audience at one moment. */
export interface Reach {
  contacts: number;
  reachable: number;
  excluded: { reason: Exclusion; contacts: number }[];
  /** In which time zones those who can be reached are, as the contacts name them. */
  zones: { zone: string | null; contacts: number }[];
}

/** The audience's fragment for one kind of message on one channel. */
export type RecipientsOf = (contactIds: RawBuilder<number[]>, fields: readonly ContactField[]) => RawBuilder<unknown>;

/** Contacts looked up together; as a sender does, by sorted ids. */
const TOGETHER = 1_000;

/**
 * Counts an audience by what the sender would say of each contact now: its own fragment, joined to the members in
 * slices of ids, so that no reason to leave somebody out is written down twice. `capped`: contacts who have had enough, as
 * a relation with the column `contact_id`; null where nobody is counted.
 */
export async function reach(
  db: Db,
  members: RawBuilder<unknown>,
  recipientsOf: RecipientsOf,
  capped: RawBuilder<unknown> | null,
): Promise<Reach> {
  const enough = capped ?? sql`select null::bigint as contact_id where false`;
  const { rows } = await sql<{ reason: Exclusion | null; zone: string | null; contacts: number }>`
    with capped as materialized (${enough})
    select coalesce(r.exclusion, case when k.contact_id is not null then 'frequency_cap' end) as reason,
           case when r.exclusion is null and k.contact_id is null then r.time_zone end as zone, count(*) as contacts
    from (select array_agg(contact_id) as ids
          from (select contact_id, (row_number() over (order by contact_id) - 1) / ${TOGETHER} as part
                from (${members}) m) numbered
          group by part) slice
    cross join lateral (${recipientsOf(sql`slice.ids`, ['time_zone'])}) r
    left join capped k on k.contact_id = r.contact_id
    group by 1, 2 order by count(*) desc, 1, 2`.execute(db);
  const excluded = rows.flatMap(({ reason, contacts }) => (reason === null ? [] : [{ reason, contacts }]));
  const zones = rows.filter(({ reason }) => reason === null).map(({ zone, contacts }) => ({ zone, contacts }));
  const reachable = zones.reduce((sum, { contacts }) => sum + contacts, 0);
  return { contacts: excluded.reduce((sum, { contacts }) => sum + contacts, reachable), reachable, excluded, zones };
}

/** The newest contacts of an audience as the sender would have them. */
export async function sampleOf(
  db: Db,
  members: RawBuilder<unknown>,
  recipientsOf: RecipientsOf,
  limit: number,
): Promise<Recipient[]> {
  const { rows } = await sql<RecipientRow>`
    with newest as materialized (
      select array(select contact_id from (${members}) m
                   order by contact_id desc limit ${limit}) as ids
    )
    select r.* from newest cross join lateral (${recipientsOf(sql`newest.ids`, CONTACT_FIELDS)}) r
    order by r.contact_id desc`.execute(db);
  return rows.map((row) => recipientOf(row, CONTACT_FIELDS));
}
