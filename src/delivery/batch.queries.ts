import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { type RetryGroup, type Settlement, tally } from './domain/settlement.js';

/** A leased batch with its first window: positions `from` to `intentUpto` of it may be in flight. */
export interface ClaimedBatch {
  runId: number;
  seq: number;
  epoch: number;
  attempt: number;
  size: number;
  from: number;
  intentUpto: number;
  contactIds: number[];
}

/** The positions that may be in flight next; empty when the batch is at its end or its run is no longer processing. */
export interface Window {
  contactIds: number[];
  intentUpto: number;
}

/** How batches are leased. */
export interface Lease {
  owner: string;
  leaseMs: number;
  windowSize: number;
}

/**
 * Leases one ready batch and commits the intent of its first window in the same statement. Runs are asked in turn,
 * starting after `afterRun`, so that a run of ten million never starves one of ten; within a run the batch due longest
 * goes first. SKIP LOCKED: another sender's claim is never waited for. The epoch is the fence: whoever holds an older
 * one can write nothing any more.
 */
export async function claimBatch(
  db: Db,
  now: RawBuilder<Date>,
  lease: Lease,
  afterRun: number,
): Promise<ClaimedBatch | undefined> {
  const { rows } = await sql<ClaimedBatch>`
    with picked as materialized (
      select b.run_id, b.seq, b.intent_upto
      from (select id from run where finished_at is null and status = 'processing' and expires_at > ${now}
            order by id <= ${afterRun}, id) r
      cross join lateral (
        select run_id, seq, intent_upto from run_batch
        where run_id = r.id and state = 'ready' and due_at <= ${now}
        order by due_at, seq limit 1 for update skip locked
      ) b
      limit 1
    )
    update run_batch b set state = 'leased', owner = ${lease.owner}, epoch = b.epoch + 1, flush = 0,
      lease_until = ${now} + ${lease.leaseMs} * interval '1 ms',
      intent_upto = least(b.size, b.intent_upto + ${lease.windowSize})
    from picked p where b.run_id = p.run_id and b.seq = p.seq
    returning b.run_id as "runId", b.seq, b.epoch, b.attempt, b.size, p.intent_upto as "from",
      b.intent_upto as "intentUpto", b.contact_ids[p.intent_upto + 1 : b.intent_upto] as "contactIds"`.execute(db);
  return rows[0];
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
 * unless the run has been paused or cancelled. Undefined where the fence did not hold: see `readBatch`.
 */
export async function recordBatch(
  db: Db,
  now: RawBuilder<Date>,
  batch: BatchCursor,
  { settlements, retries, advance }: BatchRecord,
): Promise<Window | undefined> {
  const { sent, failed, skipped, in_doubt, deferred } = tally(settlements);
  const done = sql`b.sent + b.failed + b.skipped + b.in_doubt + b.deferred + ${settlements.length} = b.size`;
  const { rows } = await sql<Window>`
    with fence as (
      update run_batch b set flush = b.flush + 1, sent = b.sent + ${sent}, failed = b.failed + ${failed},
        skipped = b.skipped + ${skipped}, in_doubt = b.in_doubt + ${in_doubt}, deferred = b.deferred + ${deferred},
        state = case when ${done} then 'done' else b.state end,
        owner = case when ${done} then null else b.owner end,
        lease_until = case when ${done} then null else b.lease_until end,
        intent_upto = case when r.status = 'processing' then least(b.size, b.intent_upto + ${advance})
                           else b.intent_upto end
      from run r
      where r.id = b.run_id and b.run_id = ${batch.runId} and b.seq = ${batch.seq}
        and b.epoch = ${batch.epoch} and b.flush = ${batch.flush} and b.state = 'leased'
      returning b.contact_ids, b.intent_upto
    )
    ${ledgerOf(batch, settlements, now)} ${attemptsOf(batch, settlements, now)} ${retriesOf(batch, retries, now)}
    select intent_upto as "intentUpto", contact_ids[${batch.intentUpto + 1} : intent_upto] as "contactIds" from fence`.execute(
    db,
  );
  return rows[0];
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

/** A batch's fence and intent as committed: tells a lost answer (my own record went through) from a lost lease. */
export async function readBatch(
  db: Db,
  { runId, seq, intentUpto }: BatchCursor,
): Promise<(Window & { epoch: number; flush: number }) | undefined> {
  const { rows } = await sql<Window & { epoch: number; flush: number }>`
    select epoch, flush, intent_upto as "intentUpto", contact_ids[${intentUpto + 1} : intent_upto] as "contactIds"
    from run_batch where run_id = ${runId} and seq = ${seq}`.execute(db);
  return rows[0];
}

/** Gives a leased batch back; only where everything below its intent is settled. The epoch stays for the next claim to raise. */
export async function releaseBatch(db: Db, { runId, seq, epoch, flush }: BatchCursor): Promise<void> {
  await sql`
    update run_batch set state = 'ready', owner = null, lease_until = null
    where run_id = ${runId} and seq = ${seq} and epoch = ${epoch} and flush = ${flush} and state = 'leased'
      and sent + failed + skipped + in_doubt + deferred = intent_upto`.execute(db);
}

/**
 * Extends the leases of exactly these batches, those in this process's memory now, never "all of mine": a batch that
 * was forgotten must be allowed to expire (R5). Answers the ones that still are ours.
 */
export async function renewLeases(
  db: Db,
  now: RawBuilder<Date>,
  { owner, leaseMs }: Lease,
  batches: BatchCursor[],
): Promise<{ runId: number; seq: number }[]> {
  const { rows } = await sql<{ runId: number; seq: number }>`
    update run_batch b set lease_until = ${now} + ${leaseMs} * interval '1 ms'
    from unnest(${batches.map(({ runId }) => runId)}::bigint[], ${batches.map(({ seq }) => seq)}::bigint[],
                ${batches.map(({ epoch }) => epoch)}::int[]) as mine (run_id, seq, epoch)
    where b.run_id = mine.run_id and b.seq = mine.seq and b.epoch = mine.epoch
      and b.state = 'leased' and b.owner = ${owner} and b.lease_until > ${now}
    returning b.run_id as "runId", b.seq`.execute(db);
  return rows;
}
