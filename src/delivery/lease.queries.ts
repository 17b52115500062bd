import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Lease } from './batch.queries.js';
import type { BatchCursor } from './record.queries.js';

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
): Promise<Pick<BatchCursor, 'runId' | 'seq' | 'epoch'>[]> {
  const { rows } = await sql<Pick<BatchCursor, 'runId' | 'seq' | 'epoch'>>`
    update run_batch b set lease_until = ${now} + ${leaseMs} * interval '1 ms'
    from unnest(${batches.map(({ runId }) => runId)}::bigint[], ${batches.map(({ seq }) => seq)}::bigint[],
                ${batches.map(({ epoch }) => epoch)}::int[]) as mine (run_id, seq, epoch)
    where b.run_id = mine.run_id and b.seq = mine.seq and b.epoch = mine.epoch
      and b.state = 'leased' and b.owner = ${owner} and b.lease_until > ${now}
    returning b.run_id as "runId", b.seq, b.epoch`.execute(db);
  return rows;
}
