import { sql } from 'kysely';
import type { RunTotals } from '../campaigns/domain/run-totals.js';
import type { Db } from '../platform/database.js';
import { batchTotals } from './run-ledger.queries.js';

/** The counts of a run from its three sides; `stored` is null until the run has ended. */
export interface RunSides {
  stored: RunTotals | null;
  batches: RunTotals;
  ledger: RunTotals;
  /** Once it is set, batches and ledger are empty or about to be. */
  dropped_at: Date | null;
}

/**
 * Counts a run three times in one snapshot: its row, its batches' counters, and the ledger row by row against the frozen
 * audience. Undefined where there is no such run.
 */
export async function countSides(db: Db, runId: number): Promise<RunSides | undefined> {
  const { rows } = await sql<RunSides>`
    with batches as (select ${batchTotals} from run_batch where run_id = ${runId}),
    frozen as (
      select x.contact_id from run_batch b, unnest(b.contact_ids) as x (contact_id)
      where b.run_id = ${runId} and b.parent_seq is null
    ), ledger as (
      select count(f.contact_id) as audience,
             count(f.contact_id) filter (where d.outcome is null) as pending,
             count(*) filter (where d.outcome = 'sent') as sent, count(*) filter (where d.outcome = 'failed') as failed,
             count(*) filter (where d.outcome = 'skipped') as skipped,
             count(*) filter (where d.outcome = 'in_doubt') as in_doubt
      from frozen f full join (select * from delivery where run_id = ${runId}) d on d.contact_id = f.contact_id
    )
    select to_jsonb(batches) as batches, to_jsonb(ledger) as ledger, r.ledger_dropped_at as dropped_at,
      case when r.finished_at is not null then jsonb_build_object('audience', r.audience_size, 'pending', 0,
        'sent', r.sent, 'failed', r.failed, 'skipped', r.skipped, 'in_doubt', r.in_doubt) end as stored
    from run r, batches, ledger where r.id = ${runId}`.execute(db);
  return rows[0];
}

/** Lets the statements of this transaction take their time: comparing ten million recipients takes more than a request may. */
export async function allowLongStatements(db: Db): Promise<void> {
  await sql`set local statement_timeout = '10min'`.execute(db);
}
