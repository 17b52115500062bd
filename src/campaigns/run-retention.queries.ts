import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** Runs with ids from `from` up to, but not including, `before`. */
export interface RunIds {
  from: number;
  before: number;
}

/**
 * Whether the runs after these began to open before a moment: no run of these is still to come then, not even out of a
 * transaction that is under way.
 */
export async function followedBefore(db: Db, { before }: RunIds, moment: RawBuilder<Date>): Promise<boolean> {
  const { rows } = await sql<{ followed: boolean }>`
    select coalesce((select opened_at from run where id >= ${before} order by id limit 1) < ${moment}, false)
      as followed`.execute(db);
  return rows[0]!.followed;
}

/** Whether a run of these has not ended before a moment, or was not compared with its ledger since. */
export async function anyUnsettled(db: Db, { from, before }: RunIds, moment: RawBuilder<Date>): Promise<boolean> {
  const { rows } = await sql<{ unsettled: boolean }>`
    select exists (select from run where id >= ${from} and id < ${before} and not (${settled(moment)})) as unsettled`.execute(
    db,
  );
  return rows[0]!.unsettled;
}

/**
 * Notes on up to ten thousand of these runs that their ledger is given up, and answers how many. The conditions are asked
 * again under each row's lock, so that a run which is being reopened keeps its ledger.
 */
export async function closeSome(
  db: Db,
  { from, before }: RunIds,
  moment: RawBuilder<Date>,
  now: RawBuilder<Date>,
): Promise<number> {
  const { numAffectedRows } = await sql`
    update run set ledger_dropped_at = ${now}
    where id in (select id from run where id >= ${from} and id < ${before} and ${settled(moment)}
                   and ledger_dropped_at is null order by id limit 10000)
      and ${settled(moment)}`.execute(db);
  return Number(numAffectedRows);
}

/** Whether the ledger of every one of these runs is given up. */
export async function allClosed(db: Db, { from, before }: RunIds): Promise<boolean> {
  const { rows } = await sql<{ closed: boolean }>`
    select not exists (select from run where id >= ${from} and id < ${before} and ledger_dropped_at is null)
      as closed`.execute(db);
  return rows[0]!.closed;
}

/** When a run's ledger was given up; null where it is kept, undefined where there is no such run. */
export async function ledgerDroppedAt(db: Db, runId: number): Promise<Date | null | undefined> {
  const { rows } = await sql<{ at: Date | null }>`select ledger_dropped_at as at from run where id = ${runId}`.execute(
    db,
  );
  return rows[0]?.at;
}

const settled = (moment: RawBuilder<Date>) =>
  sql<boolean>`coalesce(finished_at < ${moment}, false) and reconciled_at is not null`;
