import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { ReportKind, ToldReport } from './domain/report.js';

/** A report that has still to be heeded. */
export interface OpenReport {
  id: number;
  source: string;
  kind: ReportKind;
  at: Date;
  message: string | null;
  words: string | null;
}

const openReport = sql`r.id, r.source, r.kind, r.at, r.message, r.words`;

/**
 * Keeps what is told for the first time, and answers what of it has still to be heeded: also what was told before, where
 * whoever took it got no further. In the order of its ids, so that two that are told the same do not wait in a circle. It
 * happened no later than it came, by the database's clock: an arrival in times to come would hide every bounce before it.
 */
export async function keepReports(
  db: Db,
  source: string,
  told: readonly ToldReport[],
  now: RawBuilder<Date>,
): Promise<OpenReport[]> {
  const column = (of: (report: ToldReport) => string | null) => texts(told.map(of));
  const eventIds = column(({ eventId }) => eventId);
  await sql`
    insert into report (source, event_id, kind, at, received_at, message, words)
    select ${source}, t.event_id, t.kind, least(t.at, ${now}), ${now}, t.message, t.words
    from unnest(${eventIds}::text[], ${column(({ kind }) => kind)}::text[],
                ${column(({ at }) => at.toISOString())}::timestamptz[], ${column(({ message }) => message)}::text[],
                ${column(({ words }) => words)}::text[]) t (event_id, kind, at, message, words)
    order by t.event_id on conflict do nothing`.execute(db);
  const { rows } = await sql<OpenReport>`
    select ${openReport} from report r
    where r.source = ${source} and r.event_id = any(${eventIds}::text[]) and r.open order by r.id`.execute(db);
  return rows;
}

/** Reports after the given id that came more than a minute ago and have still to be heeded, at most a thousand. */
export async function leftOpen(db: Db, after: number, now: RawBuilder<Date>): Promise<OpenReport[]> {
  const { rows } = await sql<OpenReport>`
    select ${openReport} from report r
    where r.open and r.id > ${after} and r.received_at < ${now} - interval '1 minute' order by r.id limit 1000`.execute(
    db,
  );
  return rows;
}

/** What is known of a report once it was looked at; null ids where it is about no message of ours. */
export interface Heeded {
  id: number;
  runId: number | null;
  contactId: number | null;
  /** Whether the rest of it must wait, because the recipient has no outcome yet. */
  open: boolean;
}

/**
 * Notes what reports are about, and which are through. Of who was erased nothing else stays, as an erasure leaves those that
 * came before it; but what tells the message, as long as the report has to wait.
 */
export async function noteHeeded(db: Db, heeded: readonly Heeded[]): Promise<void> {
  await sql`
    update report r set run_id = h.run_id, contact_id = h.contact_id, open = h.open,
      words = case when d.contact_id is null then r.words end,
      address_hash = case when d.contact_id is null then r.address_hash end,
      message = case when d.contact_id is null or h.open then r.message end
    from unnest(${bigints(heeded.map(({ id }) => id))}::bigint[], ${heeded.map(({ runId }) => runId)}::bigint[],
                ${heeded.map(({ contactId }) => contactId)}::bigint[], ${heeded.map(({ open }) => open)}::boolean[])
         h (id, run_id, contact_id, open)
    left join departure d on d.contact_id = h.contact_id and d.erased
    where r.id = h.id`.execute(db);
}

/** Deletes up to ten thousand reports that came before, and answers how many. */
export async function forgetReports(db: Db, before: RawBuilder<Date>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from report where ctid = any(array(
      select ctid from report where received_at < ${before} limit 10000 for update skip locked))`.execute(db);
  return Number(numAffectedRows);
}

/** A contact with the HMAC of the address that it has now. */
interface Addressed {
  contactId: number;
  hash: Buffer;
}

/** Notes at which address, as an HMAC, these reports arrived: the contact's present one, for they came just now. */
export async function noteAddresses(db: Db, arrived: readonly { id: number; hash: Buffer }[]): Promise<void> {
  await sql`
    update report r set address_hash = a.hash
    from unnest(${bigints(arrived.map(({ id }) => id))}::bigint[], ${arrived.map(({ hash }) => hash)}::bytea[]) a (id, hash)
    where r.id = a.id and r.address_hash is null`.execute(db);
}

/** Which of these contacts ever bounced for the moment: only of those the rest is asked. */
export async function softBounced(db: Db, contactIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct contact_id as id from report
    where contact_id = any(${bigints(contactIds)}::bigint[]) and kind = 'soft_bounced'`.execute(db);
  return rows.map(({ id }) => id);
}

/** Soft bounces of an address since the last message that arrived there. */
export interface Streak extends Addressed {
  bounces: number;
  days: number;
}

/**
 * The soft bounces in a row of these addresses, by the time they happened, in whichever order they were told. Of a bounce
 * and an arrival at one instant the arrival counts.
 */
export async function streaksOf(db: Db, contacts: readonly Addressed[]): Promise<Streak[]> {
  const { rows } = await sql<Streak>`
    select a.contact_id as "contactId", a.hash, count(r.id)::int as bounces,
           coalesce(extract(epoch from max(r.at) - min(r.at)) / 86400, 0)::float8 as days
    from unnest(${bigints(contacts.map(({ contactId }) => contactId))}::bigint[],
                ${contacts.map(({ hash }) => hash)}::bytea[]) a (contact_id, hash)
    left join report r on r.contact_id = a.contact_id and r.address_hash = a.hash and r.kind = 'soft_bounced'
      and r.at > coalesce((select max(s.at) from report s where s.contact_id = a.contact_id and s.address_hash = a.hash
                             and s.kind in ('delivered', 'opened')), '-infinity')
    group by a.contact_id, a.hash`.execute(db);
  return rows;
}
