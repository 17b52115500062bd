import { type RawBuilder, sql } from 'kysely';
import { WAITING } from '../campaigns/domain/variant-group.js';
import { texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { DecidedBy, Decision, VariantResult } from './domain/winner.js';

/** What was decided of a run, as it is kept. */
export interface KeptDecision {
  variant: number | null;
  decidedBy: DecidedBy;
  actor: string | null;
  at: Date;
  pValue: number | null;
  results: VariantResult[];
}

/** What was decided of a run; undefined as long as nobody has. */
export async function decisionOf(db: Db, runId: number): Promise<KeptDecision | undefined> {
  const { rows } = await sql<KeptDecision>`
    select variant, decided_by as "decidedBy", actor, at, p_value as "pValue", results
    from run_winner where run_id = ${runId}`.execute(db);
  return rows[0];
}

/** Keeps what was decided; takes the place of "undecided" only. The caller holds the lock of the run, so there is one at a time. */
export async function keepDecision(
  db: Db,
  runId: number,
  { variant, decidedBy, pValue }: Decision,
  { actor, results }: { actor: string | null; results: VariantResult[] },
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`
    insert into run_winner as w (run_id, variant, decided_by, actor, at, p_value, results)
    values (${runId}, ${variant}, ${decidedBy}, ${actor}, ${now}, ${pValue}, ${JSON.stringify(results)}::jsonb)
    on conflict (run_id) do update set variant = excluded.variant, decided_by = excluded.decided_by, actor = excluded.actor,
      at = excluded.at, p_value = coalesce(excluded.p_value, w.p_value), results = excluded.results
    where w.variant is null`.execute(db);
}

/** The zones by whose clocks some of a run wait, null among them where some get the winner at once; and the time. */
export async function zonesWaiting(
  db: Db,
  runId: number,
  now: RawBuilder<Date>,
): Promise<{ zones: (string | null)[]; now: Date }> {
  const { rows } = await sql<{ zones: (string | null)[] | null; now: Date }>`
    select array_agg(distinct time_zone) as zones, ${now} as now from run_batch
    where run_id = ${runId} and variant = ${WAITING}::smallint`.execute(db);
  return { zones: rows[0]!.zones ?? [], now: rows[0]!.now };
}

/** When the last of those is due on whom a frozen run tries its variants out; null where that is nobody. */
export async function lastOfTest(db: Db, runId: number): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(due_at) as at from run_batch
    where run_id = ${runId} and variant > ${WAITING}::smallint and parent_seq is null`.execute(db);
  return rows[0]!.at;
}

/**
 * Gives who waited the variant that won, due at the instant of their zone. In the transaction of the decision and under the lock of the run, which
 * freezing takes, too: what is frozen later finds the winner. Nobody leases these batches, for they were never due; those
 * that had an end from the beginning only change sides.
 */
export async function releaseWaiting(
  db: Db,
  runId: number,
  variant: number,
  dueAt: { zone: string | null; at: Date }[],
): Promise<void> {
  await sql`
    update run_batch b set variant = ${variant}, due_at = d.at
    from unnest(${texts(dueAt.map(({ zone }) => zone))}::text[],
                ${texts(dueAt.map(({ at }) => at.toISOString()))}::timestamptz[]) as d (zone, at)
    where b.run_id = ${runId} and b.variant = ${WAITING}::smallint and b.time_zone is not distinct from d.zone`.execute(
    db,
  );
}
