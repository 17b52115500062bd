import { sql } from 'kysely';
import { texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import { quotes } from '../platform/mentions.js';
import type { ReplyQuery, ReplyResponse, ReportQuery, ReportResponse, ReportTotal } from './inbound.dto.js';

const report = sql`id, source, kind, at, received_at, message, words, run_id, contact_id`;
const reply = sql`id, source, phone, text, keyword, at, received_at, contact_id`;

/** Reports, the newest first, before the given id; at most `limit + 1`. */
export async function listReports(
  db: Db,
  { run_id, kind, matched, limit }: ReportQuery,
  before: number | null,
): Promise<ReportResponse[]> {
  const { rows } = await sql<ReportResponse>`
    select ${report} from report
    where (${before}::bigint is null or id < ${before}) ${run_id === undefined ? sql`` : sql`and run_id = ${run_id}`}
      ${kind === undefined ? sql`` : sql`and kind = ${kind}`}
      ${matched === undefined ? sql`` : matched ? sql`and run_id is not null` : sql`and run_id is null`}
    order by id desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** How often what was reported about a run, or about no message of ours. */
export async function reportTotals(db: Db, runId: number | null): Promise<ReportTotal[]> {
  const { rows } = await sql<ReportTotal>`
    select source, kind, count(*)::bigint as count from report
    where ${runId === null ? sql`run_id is null` : sql`run_id = ${runId}`}
    group by source, kind order by source, kind`.execute(db);
  return rows;
}

/** Texts, the newest first, before the given id; at most `limit + 1`. */
export async function listReplies(
  db: Db,
  { phone, limit }: ReplyQuery,
  before: number | null,
): Promise<ReplyResponse[]> {
  const { rows } = await sql<ReplyResponse>`
    select ${reply} from reply
    where (${before}::bigint is null or id < ${before}) ${phone === undefined ? sql`` : sql`and phone = ${phone}`}
    order by id desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** What is about a contact, or about no message of ours and quotes its address: providers do. */
const about = (contactId: number, addresses: readonly string[]) =>
  addresses.length === 0
    ? sql`contact_id = ${contactId}`
    : sql`(contact_id = ${contactId} or contact_id is null and ${quotes(sql`concat(message, ' ', words)`, addresses)})`;

/** Everything that was reported about a contact. */
export async function reportsAbout(db: Db, contactId: number, addresses: readonly string[]): Promise<ReportResponse[]> {
  const { rows } = await sql<ReportResponse>`
    select ${report} from report where ${about(contactId, addresses)} order by at, id`.execute(db);
  return rows;
}

/** What came from a contact, or from its number when nobody had that; what came while it was another's is theirs. */
const sentBy = (contactId: number, addresses: readonly string[]) =>
  sql`(contact_id = ${contactId} or contact_id is null and phone = any(${texts(addresses)}::text[]))`;

/** Everything that a contact texted to us. */
export async function repliesFrom(db: Db, contactId: number, addresses: readonly string[]): Promise<ReplyResponse[]> {
  const { rows } = await sql<ReplyResponse>`
    select ${reply} from reply where ${sentBy(contactId, addresses)} order by at, id`.execute(db);
  return rows;
}

/** Leaves of reports about a contact that they came, without words, address or what the provider calls its message. */
export async function blankReports(db: Db, contactId: number, addresses: readonly string[]): Promise<void> {
  await sql`
    update report set words = null, message = null, address_hash = null
    where ${about(contactId, addresses)}`.execute(db);
}

/** Deletes what a contact texted to us. */
export async function deleteReplies(db: Db, contactId: number, addresses: readonly string[]): Promise<void> {
  await sql`delete from reply where ${sentBy(contactId, addresses)}`.execute(db);
}
