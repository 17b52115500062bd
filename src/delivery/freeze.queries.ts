import { type RawBuilder, sql } from 'kysely';
import { HELD_OUT, WAITING } from '../campaigns/domain/variant-group.js';
import type { Db } from '../platform/database.js';
import type { ZoneDue, ZonePlan } from './domain/zone-plan.js';
import type { GroupOf } from './variant-group.queries.js';
import { addedCounts, byEngine } from './outcome-counts.queries.js';

/** What a slice came to: how many contacts it took, the last of them, and how many had no usable zone. */
export interface TakenSlice {
  taken: number;
  through: number | null;
  fallback: number;
}

/** A slice of an audience as it is joined: `contact_id`, `time_zone`. Both statements on a slice see the same ids. */
const sliceOf = (members: RawBuilder<unknown>, size: number) =>
  sql`select contact_id, time_zone from (${members}) m order by contact_id limit ${size}`;

/** The different time zones of the next slice, null among them where someone has none. */
export async function zonesOfSlice(
  db: Db,
  members: RawBuilder<unknown>,
  sliceSize: number,
): Promise<(string | null)[]> {
  const { rows } = await sql<{ time_zone: string | null }>`
    select distinct time_zone from (${sliceOf(members, sliceSize)}) s`.execute(db);
  return rows.map(({ time_zone }) => time_zone);
}

/** The run that is frozen, and how its audience is parted; null where all get the same message. */
export interface FreezingRun {
  id: number;
  groupOf: GroupOf | null;
  /** The zone of those who have none, where each waits for the winner by their own clock; null where nobody does. */
  waitsIn: string | null;
}

/**
 * Freezes the next slice of a run whose recipients do not all get the same at once: as `freezeSlice` does, but into batches
 * of one due time and one group each. Who is left out from the beginning gets a settled batch and a ledger row with the
 * reason, in the same statement, so that the run adds up at every instant. Who waits for a winner is never due, and with that
 * never too late for an hour that is past.
 */
export async function freezeZonedSlice(
  db: Db,
  now: RawBuilder<Date>,
  { id: runId, groupOf, waitsIn }: FreezingRun,
  members: RawBuilder<unknown>,
  { zones, others }: ZonePlan,
  { sliceSize, batchSize }: { sliceSize: number; batchSize: number },
): Promise<TakenSlice> {
  const skip = sql`case when p.zone is null then o.skip else p.skip end`;
  const column = (of: (zone: ZoneDue) => string | null) => [...zones.map(of), of(others)];
  const { rows } = await sql<TakenSlice>`
    with plan as materialized (
      select * from unnest(${[...zones.map(({ zone }) => zone), null]}::text[],
                           ${column(({ dueAt }) => dueAt.toISOString())}::timestamptz[],
                           ${column(({ skip }) => skip)}::text[]) as p (zone, due_at, skip)
    ), slice as materialized (
      select s.contact_id, p.zone, g.variant,
             case when g.variant = ${WAITING}::smallint then 'infinity' else coalesce(p.due_at, o.due_at) end as due_at,
             case when g.variant = ${HELD_OUT}::smallint then 'hold_out'
                  when g.variant = ${WAITING}::smallint then nullif(${skip}, 'zone_past') else ${skip} end as skip,
             case when g.variant = ${WAITING}::smallint and ${waitsIn}::text is not null then coalesce(p.zone, ${waitsIn}::text) end
               as time_zone
      from (${sliceOf(members, sliceSize)}) s
      left join plan p on p.zone = s.time_zone
      join plan o on o.zone is null
      cross join lateral (select ${groupOf ? groupOf(sql`s.contact_id`) : sql`null::smallint`} as variant) g
    ), numbered as (
      select *, (row_number() over (partition by due_at, skip, variant, time_zone order by contact_id) - 1) / ${batchSize} as part
      from slice
    ), frozen as (
      insert into run_batch (run_id, variant, time_zone, contact_ids, size, due_at, state, intent_upto, skipped)
      select ${runId}, variant, time_zone, array_agg(contact_id order by contact_id), count(*), due_at,
             case when skip is null then 'ready' else 'done' end, case when skip is null then 0 else count(*) end,
             case when skip is null then 0 else count(*) end
      from numbered group by due_at, skip, variant, time_zone, part order by due_at, skip, variant, time_zone, part
    ), skipped as (
      insert into delivery (run_id, contact_id, outcome, reason, attempts, at)
      select ${runId}, contact_id, 'skipped', skip, 0, ${now} from slice where skip is not null
      returning run_id, at, outcome, reason, 1 as count
    ) ${addedCounts(sql`skipped`, byEngine(runId))}
    select count(*) as taken, max(contact_id) as through, count(*) filter (where zone is null) as fallback
    from slice`.execute(db);
  return rows[0]!;
}
