import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Settlement } from './domain/settlement.js';
import { unlessErased } from './erased.queries.js';
import type { BatchRecord } from './record.queries.js';

/** A settlement of the record at position `n`, counted from 1 as the statement's `fence` counts. */
type Of<S extends Settlement> = { n: number; settlement: S };

/** The inserts into the ledger: one row for each recipient that came to an end. `sent` apart, for it is nearly all. */
export function ledgerOf(records: BatchRecord[], now: RawBuilder<Date>): RawBuilder<unknown> {
  return sql`${sentOf(records, now)} ${unsentOf(records, now)}`;
}

function sentOf(records: BatchRecord[], now: RawBuilder<Date>): RawBuilder<unknown> {
  const [positions, contactIds, messageIds]: [number[], number[], (string | null)[]] = [[], [], []];
  for (const [index, { settlements }] of records.entries())
    for (const settlement of settlements) {
      if (settlement.kind !== 'sent') continue;
      positions.push(index + 1);
      contactIds.push(settlement.contactId);
      messageIds.push(settlement.providerMessageId);
    }
  if (positions.length === 0) return sql``;
  return sql`, sent as (
      insert into delivery (run_id, contact_id, outcome, attempts, provider_message_id, at)
      select f.run_id, x.contact_id, 'sent', f.attempt, x.provider_message_id, ${now}
      from unnest(${bigints(positions)}::bigint[], ${bigints(contactIds)}::bigint[], ${texts(messageIds)}::text[])
             as x (n, contact_id, provider_message_id)
      join fence f on f.n = x.n)`;
}

function unsentOf(records: BatchRecord[], now: RawBuilder<Date>): RawBuilder<unknown> {
  const ended = pick(
    records,
    (settlement) => settlement.kind !== 'sent' && settlement.kind !== 'deferred' && settlement,
  );
  if (ended.length === 0) return sql``;
  return sql`, unsent as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, at)
      select f.run_id, x.contact_id, x.outcome, x.reason,
             greatest(f.attempt - (not x.tried)::int, (x.outcome = 'in_doubt')::int), ${now}
      from unnest(${bigints(ended.map(({ n }) => n))}::bigint[],
                  ${bigints(ended.map(({ settlement }) => settlement.contactId))}::bigint[],
                  ${texts(ended.map(({ settlement }) => settlement.kind))}::outcome[],
                  ${texts(ended.map(({ settlement }) => settlement.reason))}::text[],
                  ${texts(ended.map(({ settlement }) => String(settlement.failedTry !== undefined)))}::boolean[])
             as x (n, contact_id, outcome, reason, tried)
      join fence f on f.n = x.n)`;
}

/**
 * The insert into the failure log: one row for each try that did not end in `sent`. Providers quote addresses, so of who was
 * erased meanwhile their words are left out.
 */
export function failuresOf(records: BatchRecord[], now: RawBuilder<Date>): RawBuilder<unknown> {
  const failed = pick(records, (settlement) => settlement.kind !== 'sent' && settlement).flatMap(
    ({ n, settlement: { contactId, failedTry } }) => (failedTry ? [{ n, contactId, ...failedTry }] : []),
  );
  if (failed.length === 0) return sql``;
  return sql`, failures as (
      insert into delivery_attempt (run_id, contact_id, attempt, at, code, enhanced_code, response, transient, provider)
      select f.run_id, x.contact_id, f.attempt, ${now}, x.code, x.enhanced_code,
             ${unlessErased(sql`x.contact_id`, sql`x.response`)}, x.transient, f.provider
      from unnest(${bigints(failed.map(({ n }) => n))}::bigint[],
                  ${bigints(failed.map(({ contactId }) => contactId))}::bigint[],
                  ${texts(failed.map(({ code }) => code))}::text[],
                  ${texts(failed.map(({ enhancedCode }) => enhancedCode ?? null))}::text[],
                  ${texts(failed.map(({ response }) => response ?? null))}::text[],
                  ${texts(failed.map(({ transient }) => String(transient)))}::boolean[])
             as x (n, contact_id, code, enhanced_code, response, transient)
      join fence f on f.n = x.n)`;
}

/**
 * The retry batches; `parent_seq` tells recovery "moved to a retry" from "in doubt". The doubtful wait for the account that
 * may have reached them.
 */
export function retriesOf(records: BatchRecord[], now: RawBuilder<Date>): RawBuilder<unknown> {
  const retries = records.flatMap((record, index) => record.retries.map((retry) => ({ n: index + 1, ...retry })));
  if (retries.length === 0) return sql``;
  return sql`, retries as (
      insert into run_batch (run_id, parent_seq, contact_ids, size, attempt, due_at, doubtful, variant, provider)
      select f.run_id, f.seq, x.contact_ids::bigint[], x.size, x.attempt, ${now} + x.due_in_ms * interval '1 ms', x.doubtful,
             f.variant, case when x.doubtful then f.provider end
      from unnest(${bigints(retries.map(({ n }) => n))}::bigint[],
                  ${texts(retries.map(({ contactIds }) => bigints(contactIds)))}::text[],
                  ${bigints(retries.map(({ contactIds }) => contactIds.length))}::int[],
                  ${bigints(retries.map(({ attempt }) => attempt))}::smallint[],
                  ${bigints(retries.map(({ dueInMs }) => dueInMs))}::bigint[],
                  ${texts(retries.map(({ doubtful }) => String(doubtful)))}::boolean[])
             as x (n, contact_ids, size, attempt, due_in_ms, doubtful)
      join fence f on f.n = x.n)`;
}

function pick<S extends Settlement>(records: BatchRecord[], choose: (settlement: Settlement) => S | false): Of<S>[] {
  const picked: Of<S>[] = [];
  for (const [index, { settlements }] of records.entries())
    for (const settlement of settlements) {
      const chosen = choose(settlement);
      if (chosen) picked.push({ n: index + 1, settlement: chosen });
    }
  return picked;
}
