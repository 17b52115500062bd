import { type RawBuilder, sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import {
  besideAddress,
  type ContactField,
  goneRecipient,
  type MessageKind,
  type Recipient,
  recipientOf,
  type RecipientRow,
} from '../audience/domain/recipient.js';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { FrequencyCap } from './domain/frequency-cap.js';
import { inFlight, isCapped } from './frequency-cap.queries.js';
import { countsOf } from './outcome-counts.queries.js';
import { failuresOf, ledgerOf, retriesOf } from './record-parts.queries.js';
import { type RetryGroup, type Settlement, tally } from './domain/settlement.js';

/** The recipients that may be in flight next; none at the end of a batch, or when its run is no longer processing. */
export interface Window {
  recipients: Recipient[];
  intentUpto: number;
}

/** Where a leased batch stands in its sender's memory. */
export interface BatchCursor {
  runId: number;
  seq: number;
  epoch: number;
  attempt: number;
  /** Records so far in this epoch. */
  flush: number;
  intentUpto: number;
}

/** What one record writes about a batch: the ends and failed tries, and the retries that the deferred go to. */
export interface BatchRecord {
  cursor: BatchCursor;
  settlements: Settlement[];
  retries: RetryGroup[];
  /** Size of the next window; 0 when this window is not at its end. */
  advance: number;
  /** Everybody in the batch, in its order. */
  contactIds: readonly number[];
  /** What the next window's messages say about a contact. */
  fields: readonly ContactField[];
  channel: Channel;
  /** The account under which the batch is leased. */
  provider: string;
  /** How much a contact may get on the channel. Capped records of different runs do not go in one statement. */
  caps: readonly FrequencyCap[];
}

/** The audience's fragment: some contacts as they are now, for a kind of message on a channel. */
export type RecipientsOf = (
  contactIds: RawBuilder<number[]>,
  by: { channel: RawBuilder<Channel>; kind: RawBuilder<MessageKind> },
  fields: readonly ContactField[],
) => RawBuilder<unknown>;

/**
 * Writes what became of recipients of leased batches, in one statement and so in one commit: each batch's fence first,
 * and only where it held the ledger and its counts, the failure log and the retry batches; with `advance` also the intent of the next
 * window, whose recipients it loads, unless the run has been paused or cancelled or is overdue, or its provider has been
 * put off. The fixed cost of a statement and its commit is that of two hundred rows, hence several batches at once. Answers
 * the windows by the records' positions; none where the fence did not hold: see `readFence`. `writer` counts nothing else
 * at the same time.
 */
export async function recordBatches(
  db: Db,
  now: RawBuilder<Date>,
  records: BatchRecord[],
  recipientsOf: RecipientsOf,
  writer: number,
): Promise<(Window | undefined)[]> {
  const { rows } = await sql<WindowRow>`${prepared}
    with asked as materialized (${asked(records)}), fence as (
      update run_batch b set flush = b.flush + 1, sent = b.sent + a.sent, failed = b.failed + a.failed,
        skipped = b.skipped + a.skipped, in_doubt = b.in_doubt + a.in_doubt, deferred = b.deferred + a.deferred,
        state = case when ${done} then 'done' else b.state end,
        owner = case when ${done} then null else b.owner end,
        lease_until = case when ${done} then null else b.lease_until end,
        intent_upto = case when r.status = 'processing' and r.expires_at > ${now} and coalesce(p.blocked_until <= ${now}, true)
                           then least(b.size, b.intent_upto + a.advance) else b.intent_upto end
      from asked a join run r on r.id = a.run_id
      left join provider_account p on p.channel = r.channel and p.name = a.provider
      where b.run_id = a.run_id and b.seq = a.seq and b.epoch = a.epoch and b.flush = a.flush and b.state = 'leased'
      returning a.n, b.run_id, b.seq, b.attempt, b.intent_upto, b.provider, b.variant, r.channel, r.kind,
        b.contact_ids[a.intent_upto + 1 : b.intent_upto] as contact_ids
    )
    ${ledgerOf(records, now)} ${countsOf(records, now, writer)} ${failuresOf(records, now)} ${retriesOf(records, now)}
    ${windowsAfter(sql`fence`, recipientsOf, fieldsOf(records), capsOf(records[0]!, sql`fence`, now))}`.execute(db);
  return windowsOf(rows, records);
}

const done = sql`b.sent + b.failed + b.skipped + b.in_doubt + b.deferred + a.settled = b.size`;

/** The records' cursors and counts as a relation, in the order of its `n`. */
function asked(records: BatchRecord[]): RawBuilder<unknown> {
  const tallies = records.map(({ settlements }) => tally(settlements));
  const column = (of: (record: BatchRecord, index: number) => number) => bigints(records.map(of));
  return sql`
    select a.* from unnest(
      ${column(({ cursor }) => cursor.runId)}::bigint[], ${column(({ cursor }) => cursor.seq)}::bigint[],
      ${column(({ cursor }) => cursor.epoch)}::int[], ${column(({ cursor }) => cursor.flush)}::int[],
      ${column(({ cursor }) => cursor.intentUpto)}::int[], ${column(({ advance }) => advance)}::int[],
      ${column(({ settlements }) => settlements.length)}::int[],
      ${column((_, index) => tallies[index]!.sent)}::int[], ${column((_, index) => tallies[index]!.failed)}::int[],
      ${column((_, index) => tallies[index]!.skipped)}::int[], ${column((_, index) => tallies[index]!.in_doubt)}::int[],
      ${column((_, index) => tallies[index]!.deferred)}::int[], ${texts(records.map(({ provider }) => provider))}::text[]
    ) with ordinality a (run_id, seq, epoch, flush, intent_upto, advance, settled, sent, failed, skipped, in_doubt, deferred,
                         provider, n)`;
}

/** The union of what the records ask for; few sets, since each is a statement of its own. */
function fieldsOf(records: BatchRecord[]): readonly ContactField[] {
  return [...new Set(records.flatMap(({ fields, channel }) => besideAddress(fields, channel)))].sort();
}

type WindowRow = { n: number; intentUpto: number; capped?: boolean } & (RecipientRow | { contact_id: null });

/** The caps of a statement as fragments: the table expression they need, and a column that says who is over one. */
interface Caps {
  table: RawBuilder<unknown>;
  column: RawBuilder<unknown>;
}

function capsOf({ caps, channel, cursor }: BatchRecord, batches: RawBuilder<unknown>, now: RawBuilder<Date>): Caps {
  if (caps.length === 0) return { table: sql``, column: sql`` };
  const { runId } = cursor;
  const capped = isCapped({ contactId: sql`w.contact_id`, runId, channel }, caps, now);
  return {
    table: sql`, ${inFlight({ contactId: sql`select unnest(contact_ids) from ${batches}`, runId, channel })}`,
    column: sql`, w.exclusion is null and w.contact_id is not null and ${capped} as capped`,
  };
}

/** The recipients of each batch's next window; one empty row where there are none. */
function windowsAfter(
  batches: RawBuilder<unknown>,
  recipientsOf: RecipientsOf,
  fields: readonly ContactField[],
  caps: Caps,
): RawBuilder<unknown> {
  return sql`${caps.table} select b.n, b.intent_upto as "intentUpto", w.*${caps.column} from ${batches} b
    left join lateral (${recipientsOf(sql`b.contact_ids`, { channel: sql`b.channel`, kind: sql`b.kind` }, fields)}) w on true`;
}

function windowsOf(rows: WindowRow[], records: BatchRecord[]): (Window | undefined)[] {
  const windows: (Window | undefined)[] = records.map(() => undefined);
  for (const row of rows) {
    const window = (windows[row.n - 1] ??= { intentUpto: row.intentUpto, recipients: [] });
    if (row.contact_id === null) continue;
    const { fields, channel } = records[row.n - 1]!;
    const recipient = recipientOf(row, fields, channel);
    window.recipients.push(row.capped ? { ...recipient, address: null, exclusion: 'frequency_cap' } : recipient);
  }
  for (const [index, window] of windows.entries()) if (window) addGone(window, records[index]!);
  return windows;
}

/** Those of a window that the audience no longer knows are its recipients all the same: each must come to an end. */
function addGone(window: Window, { cursor, contactIds }: BatchRecord): void {
  const { recipients, intentUpto } = window;
  if (recipients.length === intentUpto - cursor.intentUpto) return;
  const known = new Set(recipients.map(({ contactId }) => contactId));
  for (const id of contactIds.slice(cursor.intentUpto, intentUpto))
    if (!known.has(id)) recipients.push(goneRecipient(id));
}

/** Whether the record that this cursor was at went through though its answer was lost: my epoch, one flush more. */
export async function readFence(
  db: Db,
  now: RawBuilder<Date>,
  record: BatchRecord,
  recipientsOf: RecipientsOf,
): Promise<Window | undefined> {
  const { runId, seq, epoch, flush, intentUpto } = record.cursor;
  const { rows } = await sql<WindowRow>`
    with recorded as (
      select 1 as n, b.intent_upto, r.channel, r.kind, b.contact_ids[${intentUpto + 1} : b.intent_upto] as contact_ids
      from run_batch b join run r on r.id = b.run_id
      where b.run_id = ${runId} and b.seq = ${seq} and b.epoch = ${epoch} and b.flush = ${flush + 1}
    )
    ${windowsAfter(sql`recorded`, recipientsOf, fieldsOf([record]), capsOf(record, sql`recorded`, now))}`.execute(db);
  return windowsOf(rows, [record])[0];
}
