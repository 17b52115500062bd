import { type RawBuilder, sql } from 'kysely';
import { groupBounds, WAITING } from '../campaigns/domain/variant-group.js';
import type { AudienceParts } from '../campaigns/domain/variants.js';
import type { Db } from '../platform/database.js';
import { batchTotals } from './run-ledger.queries.js';
import type { RunTotals } from '../campaigns/domain/run-totals.js';

/** The group of the contact with this id: a variant's number, WAITING or HELD_OUT. */
export type GroupOf = (contactId: RawBuilder<unknown>) => RawBuilder<number>;

/** A run as its audience is parted, and the variant that won, if one has: who waited for it belongs to it. */
export interface PartedRun {
  id: number;
  parts: AudienceParts;
  winner: number | null;
}

/**
 * A contact's group from the ids alone: nothing is stored per recipient, and batches are only cut by it. See `groupBounds`
 * for the point on which a contact falls.
 */
export function groupIn({ id, parts, winner }: PartedRun): GroupOf {
  const cases = groupBounds(parts).map(
    ({ group, below }) =>
      sql`when h.point < ${below}::bigint then ${group === WAITING ? (winner ?? WAITING) : group}::smallint`,
  );
  return (contactId) => sql<number>`
    (select case ${sql.join(cases, sql` `)} end
     from (select ('x' || left(md5(${id}::bigint || '/' || ${contactId}), 8))::bit(32)::bigint as point) h)`;
}

/** How the audience of a run is parted, without what the variants say at length; null for one without variants, and where there is no such run. */
export async function partedRun(db: Db, runId: number): Promise<PartedRun | null> {
  const { rows } = await sql<AudienceParts & { id: number; winner: number | null }>`
    select r.id, (select jsonb_agg(v - '{message,html,text}'::text[] order by n)
                  from jsonb_array_elements(r.variants) with ordinality x (v, n)) as variants, r.test_share as "testShare", r.hold_out as "holdOut", w.variant as winner
    from run r left join run_winner w on w.run_id = r.id where r.id = ${runId} and r.variants is not null`.execute(db);
  if (!rows[0]) return null;
  const { id, winner, ...parts } = rows[0];
  return { id, winner, parts };
}

/** What a contact has of a run, by the name of the variant; null for none, and as long as it waits. */
export async function variantFor(db: Db, runId: number, contactId: number): Promise<string | null> {
  const run = await partedRun(db, runId);
  if (!run) return null;
  const { rows } = await sql<{ group: number }>`select ${groupIn(run)(sql`${contactId}::bigint`)} as group`.execute(db);
  return run.parts.variants[rows[0]!.group - 1]?.name ?? null;
}

/** What the batches of one group add up to; `suppressed` is part of `skipped`. */
export interface GroupTotals extends RunTotals {
  group: number;
  suppressed: number;
}

/** What the groups of a run add up to, in one snapshot: together the counts of the run at that instant. */
export async function countGroups(db: Db, run: PartedRun): Promise<GroupTotals[]> {
  const { rows } = await sql<GroupTotals>`
    with listed as (
      select ${groupIn(run)(sql`d.contact_id`)} as variant, count(*) as suppressed from delivery d
      where d.run_id = ${run.id} and d.outcome = 'skipped' and d.reason = 'suppressed' group by 1
    ), totals as (
      select variant, ${batchTotals} from run_batch where run_id = ${run.id} group by variant
    )
    select t.variant as group, t.audience, t.pending, t.sent, t.failed, t.skipped, t.in_doubt,
           coalesce(l.suppressed, 0) as suppressed
    from totals t left join listed l on l.variant = t.variant order by t.variant`.execute(db);
  return rows;
}

/** How many were sent to of each variant so far. */
export async function sentByVariant(db: Db, runId: number): Promise<Map<number, number>> {
  const { rows } = await sql<{ variant: number; sent: number }>`
    select variant, sum(sent)::bigint as sent from run_batch
    where run_id = ${runId} and variant > ${WAITING}::smallint group by variant`.execute(db);
  return new Map(rows.map(({ variant, sent }) => [variant, sent]));
}
