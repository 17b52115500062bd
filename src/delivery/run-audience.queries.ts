import { sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Change } from './run-audience.dto.js';

/** A run that was carried out before another one of its campaign. */
export interface PreviousRun {
  id: number;
  dropped: boolean;
}

/** The latest run of the campaign before this one that was carried out; undefined for the first. */
export async function previousRun(db: Db, campaignId: number, runId: number): Promise<PreviousRun | undefined> {
  const { rows } = await sql<PreviousRun>`
    select id, ledger_dropped_at is not null as dropped from run
    where campaign_id = ${campaignId} and id < ${runId} and status not in ('skipped', 'missed')
    order by id desc limit 1`.execute(db);
  return rows[0];
}

/** Within this transaction two audiences of a million are compared in memory, which takes half as long as on disk. */
export async function compareInMemory(db: Db): Promise<void> {
  await sql`set local work_mem = '64MB'`.execute(db);
}

/** The frozen audience of a run: the contacts of its first batches, from an id on. */
const frozenIn = (runId: number | null, after = 0) => sql`
  select x.id from run_batch b, unnest(b.contact_ids) as x (id)
  where b.run_id = ${runId} and b.parent_seq is null and b.contact_ids[b.size] > ${after} and x.id > ${after}`;

/** How many contacts a frozen audience has, and in how many it differs from that of another run. */
export async function countChanges(
  db: Db,
  runId: number,
  previousId: number | null,
): Promise<{ size: number; added: number; removed: number }> {
  const { rows } = await sql<{ size: number; added: number; removed: number }>`
    select count(n.id) as size, count(*) filter (where p.id is null) as added,
           count(*) filter (where n.id is null) as removed
    from (${frozenIn(runId)}) n full join (${frozenIn(previousId)}) p on p.id = n.id`.execute(db);
  return rows[0]!;
}

/** How many contacts are frozen so far. */
export async function countFrozen(db: Db, runId: number): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select coalesce(sum(size), 0)::bigint as size from run_batch
    where run_id = ${runId} and parent_seq is null`.execute(db);
  return rows[0]!.size;
}

/**
 * The contacts in which two frozen audiences differ, by their ids after one; at most `limit + 1`. As a difference of sets:
 * asked whether each is in the other, PostgreSQL may look through the whole other one for each batch.
 */
export async function changedContacts(
  db: Db,
  runs: { runId: number; previousId: number | null },
  change: Change,
  after: number,
  limit: number,
): Promise<number[]> {
  const [those, others] = change === 'added' ? [runs.runId, runs.previousId] : [runs.previousId, runs.runId];
  const { rows } = await sql<{ id: number }>`
    select id from (${frozenIn(those, after)} except all ${frozenIn(others, after)}) t
    order by id limit ${limit + 1}`.execute(db);
  return rows.map(({ id }) => id);
}

/** The batch a contact was frozen into; null for none. */
export async function firstBatchOf(db: Db, runId: number, contactId: number): Promise<number | null> {
  const { rows } = await sql<{ seq: number }>`
    select seq from run_batch
    where run_id = ${runId} and parent_seq is null and ${contactId} = any(contact_ids)`.execute(db);
  return rows[0]?.seq ?? null;
}
