import { type RawBuilder, sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import { type Recipient, recipientOf, type RecipientRow } from '../audience/domain/recipient.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import { type RetryGroup, type Settlement, tally } from './domain/settlement.js';

/** The recipients that may be in flight next; none at the end of a batch, or when its run is no longer processing. */
export interface Window {
  recipients: Recipient[];
  intentUpto: number;
}

/** A leased batch with its first window. */
export interface ClaimedBatch extends Window {
  runId: number;
  seq: number;
  epoch: number;
  attempt: number;
  size: number;
}

/** Whose turn it is: runs after `afterRun` first, those in `except` not at all, and nothing but `only` where it is set. */
export interface Turn {
  afterRun: number;
  except: number[];
  only: number | null;
  /** What this process can carry: `channel/provider` pairs. */
  carries: string[];
}

/** The audience's fragment: some contacts as they are now, on a channel. */
export type RecipientsOf = (contactIds: RawBuilder<number[]>, channel: RawBuilder<Channel>) => RawBuilder<unknown>;

/** How batches are leased. */
export interface Lease {
  owner: string;
  leaseMs: number;
  windowSize: number;
}

/**
 * Leases one ready batch, commits the intent of its first window and loads its recipients, in one statement. Runs are
 * asked in turn, starting after `afterRun`, so that a run of ten million never starves one of ten; within a run the
 * batch due longest goes first. SKIP LOCKED: another sender's claim is never waited for. The epoch is the fence: whoever
 * holds an older one can write nothing any more.
 */
export async function claimBatch(
  db: Db,
  now: RawBuilder<Date>,
  lease: Lease,
  { afterRun, except, only, carries }: Turn,
  recipientsOf: RecipientsOf,
): Promise<ClaimedBatch | undefined> {
  const { rows } = await sql<ClaimedBatch & RecipientRow>`${prepared}
    with picked as materialized (
      select b.run_id, b.seq, b.intent_upto, r.channel
      from (select id, channel from run where finished_at is null and status = 'processing' and expires_at > ${now}
              and id <> all(${except}::bigint[]) and (${only}::bigint is null or id = ${only})
              and channel || '/' || provider = any(${carries}::text[])
            order by id <= ${afterRun}, id) r
      cross join lateral (
        select run_id, seq, intent_upto from run_batch
        where run_id = r.id and state = 'ready' and due_at <= ${now}
        order by due_at, seq limit 1 for update skip locked
      ) b
      limit 1
    ), claimed as (
      update run_batch b set state = 'leased', owner = ${lease.owner}, epoch = b.epoch + 1, flush = 0,
        lease_until = ${now} + ${lease.leaseMs} * interval '1 ms',
        intent_upto = least(b.size, b.intent_upto + ${lease.windowSize})
      from picked p where b.run_id = p.run_id and b.seq = p.seq
      returning b.run_id, b.seq, b.epoch, b.attempt, b.size, b.intent_upto, p.channel,
        b.contact_ids[p.intent_upto + 1 : b.intent_upto] as contact_ids
    )
    select b.run_id as "runId", b.seq, b.epoch, b.attempt, b.size, b.intent_upto as "intentUpto", w.*
    from claimed b
    cross join lateral (${recipientsOf(sql`b.contact_ids`, sql`b.channel`)}) w
    order by w.position`.execute(db);
  const [first] = rows;
  if (!first) return undefined;
  const { runId, seq, epoch, attempt, size, intentUpto } = first;
  return { runId, seq, epoch, attempt, size, intentUpto, recipients: rows.map(recipientOf) };
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

/** What one record writes: the ends and failed tries, and the retries that the deferred go to. */
export interface BatchRecord {
  settlements: Settlement[];
  retries: RetryGroup[];
  /** Size of the next window; 0 when this window is not at its end. */
  advance: number;
}

/**
 * Writes what became of some recipients of a leased batch, in one statement and so in one commit: fence first, and only
 * where it held the ledger, the failure log and the retry batches; with `advance` also the intent of the next window,
 * whose recipients it loads, unless the run has been paused or cancelled or is overdue. Undefined where the fence did not hold: see
 * `readFence`.
 */
export async function recordBatch(
  db: Db,
  now: RawBuilder<Date>,
  batch: BatchCursor,
  { settlements, retries, advance }: BatchRecord,
  recipientsOf: RecipientsOf,
): Promise<Window | undefined> {
  const { sent, failed, skipped, in_doubt, deferred } = tally(settlements);
  const done = sql`b.sent + b.failed + b.skipped + b.in_doubt + b.deferred + ${settlements.length} = b.size`;
  const { rows } = await sql<WindowRow>`${prepared}
    with fence as (
      update run_batch b set flush = b.flush + 1, sent = b.sent + ${sent}, failed = b.failed + ${failed},
        skipped = b.skipped + ${skipped}, in_doubt = b.in_doubt + ${in_doubt}, deferred = b.deferred + ${deferred},
        state = case when ${done} then 'done' else b.state end,
        owner = case when ${done} then null else b.owner end,
        lease_until = case when ${done} then null else b.lease_until end,
        intent_upto = case when r.status = 'processing' and r.expires_at > ${now} then least(b.size, b.intent_upto + ${advance})
                           else b.intent_upto end
      from run r
      where r.id = b.run_id and b.run_id = ${batch.runId} and b.seq = ${batch.seq}
        and b.epoch = ${batch.epoch} and b.flush = ${batch.flush} and b.state = 'leased'
      returning b.contact_ids, b.intent_upto, r.channel
    )
    ${ledgerOf(batch, settlements, now)} ${attemptsOf(batch, settlements, now)} ${retriesOf(batch, retries, now)}
    ${windowAfter(batch, sql`fence`, recipientsOf)}`.execute(db);
  return windowOf(rows);
}

type WindowRow = { intentUpto: number } & (RecipientRow | { contact_id: null });

/** The recipients between the intent we knew and the one in `batch`; one empty row where there are none. */
function windowAfter(
  { intentUpto }: BatchCursor,
  batch: RawBuilder<unknown>,
  recipientsOf: RecipientsOf,
): RawBuilder<unknown> {
  const contactIds = sql<number[]>`b.contact_ids[${intentUpto + 1} : b.intent_upto]`;
  return sql`select b.intent_upto as "intentUpto", w.* from ${batch} b
    left join lateral (${recipientsOf(contactIds, sql`b.channel`)}) w on true order by w.position`;
}

function windowOf(rows: WindowRow[]): Window | undefined {
  if (!rows[0]) return undefined;
  const recipients = rows.flatMap((row) => (row.contact_id === null ? [] : [recipientOf(row)]));
  return { intentUpto: rows[0].intentUpto, recipients };
}

/** The insert into the ledger: one row for each recipient that came to an end. */
function ledgerOf(batch: BatchCursor, settlements: Settlement[], now: RawBuilder<Date>): RawBuilder<unknown> {
  const ended = settlements.filter((settlement) => settlement.kind !== 'deferred');
  if (ended.length === 0) return sql``;
  return sql`, ledger as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, provider_message_id, at)
      select ${batch.runId}, x.contact_id, x.outcome, x.reason,
             ${batch.attempt}::int - (x.outcome = 'skipped')::int, x.provider_message_id, ${now}
      from fence, unnest(${ended.map(({ contactId }) => contactId)}::bigint[], ${ended.map(({ kind }) => kind)}::outcome[],
                         ${ended.map((end) => (end.kind === 'sent' ? null : end.reason))}::text[],
                         ${ended.map((end) => (end.kind === 'sent' ? end.providerMessageId : null))}::text[])
                  as x (contact_id, outcome, reason, provider_message_id))`;
}

/** The insert into the failure log: one row for each try that did not end in `sent`. */
function attemptsOf(batch: BatchCursor, settlements: Settlement[], now: RawBuilder<Date>): RawBuilder<unknown> {
  const failed = settlements.flatMap((settlement) =>
    settlement.kind !== 'sent' && settlement.failedTry
      ? [{ contactId: settlement.contactId, ...settlement.failedTry }]
      : [],
  );
  if (failed.length === 0) return sql``;
  return sql`, attempts as (
      insert into delivery_attempt (run_id, contact_id, attempt, at, code, enhanced_code, response, transient)
      select ${batch.runId}, x.contact_id, ${batch.attempt}, ${now}, x.code, x.enhanced_code, x.response, x.transient
      from fence, unnest(${failed.map(({ contactId }) => contactId)}::bigint[], ${failed.map(({ code }) => code)}::text[],
                         ${failed.map(({ enhancedCode }) => enhancedCode ?? null)}::text[],
                         ${failed.map(({ response }) => response ?? null)}::text[],
                         ${failed.map(({ transient }) => transient)}::boolean[])
                  as x (contact_id, code, enhanced_code, response, transient))`;
}

/** The retry batches; `parent_seq` tells recovery "moved to a retry" from "in doubt". */
function retriesOf(batch: BatchCursor, retries: RetryGroup[], now: RawBuilder<Date>): RawBuilder<unknown> {
  if (retries.length === 0) return sql``;
  const rows = retries.map(
    ({ contactIds, attempt, dueInMs }) => sql`
      select ${contactIds}::bigint[], ${contactIds.length}::int, ${attempt}::int, ${dueInMs} * interval '1 ms'`,
  );
  return sql`, retries as (
      insert into run_batch (run_id, parent_seq, contact_ids, size, attempt, due_at)
      select ${batch.runId}, ${batch.seq}, x.contact_ids, x.size, x.attempt, ${now} + x.delay
      from fence, (${sql.join(rows, sql` union all `)}) as x (contact_ids, size, attempt, delay))`;
}

/** Whether the record that this cursor was at went through though its answer was lost: my epoch, one flush more. */
export async function readFence(db: Db, batch: BatchCursor, recipientsOf: RecipientsOf): Promise<Window | undefined> {
  const { rows } = await sql<WindowRow>`
    with recorded as (
      select b.contact_ids, b.intent_upto, r.channel from run_batch b join run r on r.id = b.run_id
      where b.run_id = ${batch.runId} and b.seq = ${batch.seq}
        and b.epoch = ${batch.epoch} and b.flush = ${batch.flush + 1}
    )
    ${windowAfter(batch, sql`recorded`, recipientsOf)}`.execute(db);
  return windowOf(rows);
}
