import { type RawBuilder, sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';

/** What changes whenever any account does: every id with its version. */
export async function fingerprint(db: Db): Promise<string> {
  const { rows } = await sql<{ print: string }>`${prepared}
    select coalesce(string_agg(id || '.' || version, ',' order by id), '') as print from provider`.execute(db);
  return rows[0]!.print;
}

/**
 * The name of a channel's default account; undefined where the environment's provider is it. Under a lock until the caller's
 * transaction ends: whoever deletes the account meanwhile waits, and then finds the run.
 */
export async function defaultOf(db: Db, channel: Channel): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`${prepared}
    select name from provider where channel = ${channel} and is_default for key share`.execute(db);
  return rows[0]?.name;
}

/**
 * Lets accounts be changed one after the other until the caller's transaction ends, asked before anything else: two that
 * both are to be the default, or each other's fallback, would meet in a unique index or wait in a circle.
 */
export async function lockAccounts(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('provider', 0))`.execute(db);
}

/** Makes room for another default: two of one channel break a unique index. Its version rises, for processes to notice. */
export async function dropDefault(db: Db, channel: Channel): Promise<void> {
  await sql`update provider set is_default = false, version = version + 1
            where channel = ${channel} and is_default`.execute(db);
}

/** An id for a row that is yet to be written: its secrets are sealed for that very row. */
export async function nextId(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence('provider', 'id')) as id`.execute(db);
  return Number(rows[0]!.id);
}

/**
 * Whether a campaign may name an account, answered under a lock until the caller's transaction ends: whoever deletes the
 * account meanwhile waits, and then finds the campaign.
 */
export async function lockNamed(db: Db, channel: Channel, name: string): Promise<boolean> {
  const { rows } = await sql`
    select from provider where channel = ${channel} and name = ${name} for key share`.execute(db);
  return rows.length > 0;
}

/** Whether anything still to be sent needs an account: a run that has not ended, or one of its batches. */
export async function isCarrying(db: Db, channel: Channel, name: string): Promise<boolean> {
  const { rows } = await sql<{ carrying: boolean }>`
    select exists (
      select from run r where r.finished_at is null and r.channel = ${channel} and (r.provider = ${name} or exists (
        select from run_batch b where b.run_id = r.id and b.provider = ${name}
          and (b.state = 'leased' or (b.state = 'ready' and b.doubtful))))) as carrying`.execute(db);
  return rows[0]!.carrying;
}

/** Whether an account is there, so that what waits for it will be carried; the environment's have no row and no fallback. */
export const isAccount = (name: RawBuilder<string | null>): RawBuilder<boolean> => sql`
  exists (select from provider where provider.name = ${name})`;
