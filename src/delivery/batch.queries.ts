import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';

/** A leased batch; everything below `intentUpto` is settled, nothing from there on has left. */
export interface ClaimedBatch {
  runId: number;
  seq: number;
  epoch: number;
  attempt: number;
  size: number;
  intentUpto: number;
  contactIds: number[];
  /** Above 0: a message of this batch may have ended its process, and they are sent one at a time. */
  crashes: number;
  /** An earlier try may have reached every one of them, and nobody knows its answer. */
  doubtful: boolean;
  /** Its provider had trouble and is to be tried with one message. */
  probation: boolean;
}

/** Whose turn it is: runs after `afterRun` first, those in `except` not at all, and nothing but `only` where it is set. */
export interface Turn {
  afterRun: number;
  except: number[];
  only: number | null;
  /** What this process can carry: `channel/provider` pairs. */
  carries: string[];
}

/** How batches are leased. */
export interface Lease {
  owner: string;
  leaseMs: number;
}

/**
 * Leases ready batches, at most `limit`; none only where nothing is ready. Runs are asked in turn, starting after
 * `afterRun`, each for its equal share, so that a run of ten million never starves
 * one of ten; within a run the batches due longest go first. SKIP LOCKED: another sender's claim is never waited for.
 * The epoch is the fence: whoever holds an older one can write nothing any more. Runs whose provider is put off, out of
 * tokens or being tried by someone else are passed over.
 */
export async function claimBatches(
  db: Db,
  now: RawBuilder<Date>,
  lease: Lease,
  { afterRun, except, only, carries }: Turn,
  limit: number,
): Promise<ClaimedBatch[]> {
  const { rows } = await sql<ClaimedBatch>`${prepared}
    with open as materialized (
      select id, coalesce(p.trips, 0) as trips from run
      left join provider_account p on p.channel = run.channel and p.name = run.provider
      where finished_at is null and status = 'processing' and expires_at > ${now}
        and id <> all(${except}::bigint[]) and (${only}::bigint is null or id = ${only})
        and run.channel || '/' || run.provider = any(${carries}::text[])
        and ${accountFree(now)}
    ), picked as materialized (
      select b.run_id, b.seq, r.trips
      from (select id, trips from open order by id <= ${afterRun}, id) r
      cross join lateral (
        select run_id, seq from run_batch
        where run_id = r.id and state = 'ready' and due_at <= ${now}
        order by due_at, seq limit (select ceil(${limit}::int / greatest(count(*), 1.0)) from open) for update skip locked
      ) b
      limit ${limit}::int
    )
    update run_batch b set state = 'leased', owner = ${lease.owner}, epoch = b.epoch + 1, flush = 0,
      lease_until = ${now} + ${lease.leaseMs} * interval '1 ms'
    from picked p where b.run_id = p.run_id and b.seq = p.seq
    returning b.run_id as "runId", b.seq, b.epoch, b.attempt, b.size, b.intent_upto as "intentUpto",
      b.contact_ids as "contactIds", b.crashes, b.doubtful, p.trips > 0 as probation`.execute(db);
  return rows;
}

/** Whether provider account `p`, which may have no row, can be asked at all. */
function accountFree(now: RawBuilder<Date>): RawBuilder<boolean> {
  return sql`(greatest(p.blocked_until, p.free_at, case when p.trips > 0 then p.probe_until end) <= ${now}
              or greatest(p.blocked_until, p.free_at, case when p.trips > 0 then p.probe_until end) is null)`;
}
