import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { ToldReply } from './domain/report.js';
import type { SmsKeyword } from './domain/sms-keyword.js';

/** A text that has still to be heeded. */
export interface OpenReply {
  id: number;
  phone: string;
  keyword: SmsKeyword | null;
}

/**
 * Keeps a text that is told for the first time; answers it where it has still to be heeded, else undefined. It was written
 * no later than it came, by the database's clock: whose is ahead would outvote every later word.
 */
export async function keepReply(
  db: Db,
  source: string,
  { eventId, phone, text, at }: ToldReply,
  keyword: SmsKeyword | null,
  now: RawBuilder<Date>,
): Promise<OpenReply | undefined> {
  await sql`
    insert into reply (source, event_id, phone, text, keyword, at, received_at)
    values (${source}, ${eventId}, ${phone}, ${text}, ${keyword}, least(${at}::timestamptz, ${now}), ${now})
    on conflict do nothing`.execute(db);
  const { rows } = await sql<OpenReply>`
    select id, phone, keyword from reply
    where source = ${source} and event_id = ${eventId} and open`.execute(db);
  return rows[0];
}

/** Texts after the given id that came more than a minute ago and have still to be heeded, at most a thousand. */
export async function repliesLeft(db: Db, after: number, now: RawBuilder<Date>): Promise<OpenReply[]> {
  const { rows } = await sql<OpenReply>`
    select id, phone, keyword from reply
    where open and id > ${after} and received_at < ${now} - interval '1 minute' order by id limit 1000`.execute(db);
  return rows;
}

/** Any number, the same in every version; the other half of the lock is the phone number. */
const LOCK = 4_702_113;

/**
 * Whether a text is the last that its number said of an end or a new beginning, by the time it was written. Held for the
 * transaction, so that of two texts at one moment the later one sees the other; taken before any other lock. In doubt the end
 * counts: of one instant; and of two accounts, whose clocks are not one, where it is the later one or came last.
 */
export async function isLastWord(db: Db, { id, phone }: OpenReply): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(${LOCK}, hashtext(${phone}))`.execute(db);
  const { rows } = await sql`
    select from reply r
    join reply o on o.phone = r.phone and o.keyword in ('stop', 'start')
    cross join lateral (select (o.at, o.keyword, o.id) > (r.at, r.keyword, r.id) as is_later, o.source = r.source as is_near) a
    where r.id = ${id}
      and ((a.is_near and a.is_later)
           or (not a.is_near and r.keyword = 'start' and o.keyword = 'stop' and (a.is_later or o.id > r.id)))
    limit 1`.execute(db);
  return rows.length === 0;
}

/** Notes that a text is through, and whose it is. */
export async function closeReply(db: Db, id: number, contactId: number | null): Promise<void> {
  await sql`update reply set open = false, contact_id = ${contactId} where id = ${id}`.execute(db);
}

/** Deletes a text that nobody may keep. */
export async function deleteReply(db: Db, id: number): Promise<void> {
  await sql`delete from reply where id = ${id}`.execute(db);
}

/** Deletes up to ten thousand texts that came before, and answers how many. */
export async function forgetReplies(db: Db, before: RawBuilder<Date>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from reply where ctid = any(array(
      select ctid from reply where received_at < ${before} limit 10000 for update skip locked))`.execute(db);
  return Number(numAffectedRows);
}
