import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Channel } from './domain/channel.js';
import type { HashKey } from './domain/suppression.js';
import { hashOf } from './suppressions.queries.js';

/** Who is asked to confirm, and by what. */
interface Asked {
  address: string;
  channel: Channel;
}

const HOUR = sql`interval '1 hour'`;

/** Whether an ask holds no more: of an hour ago, or of a later time than can be, since a clock was put back. */
const isOver = (now: RawBuilder<Date>) => sql`(
  opt_in_ask.asked_at <= ${now} - ${HOUR} or opt_in_ask.asked_at > ${now} + ${HOUR})`;

/**
 * Notes that an address is asked now. Null, or the seconds until it may be asked: of those that ask at the same moment, in
 * whichever process, the second waits at the primary key and finds the first. The row is locked before the suppression list and
 * any contact; nobody who holds those wants it.
 */
export async function noteAsk(
  db: Db,
  key: HashKey,
  { address, channel }: Asked,
  now: RawBuilder<Date>,
): Promise<number | null> {
  const { rows } = await sql`
    insert into opt_in_ask (address_hash, channel, asked_at) values (${hashOf(sql`${address}::text`, key)}, ${channel}, ${now})
    on conflict (address_hash, channel) do update set asked_at = excluded.asked_at where ${isOver(now)}
    returning 1`.execute(db);
  if (rows.length > 0) return null;
  const found = await sql<{ wait: number }>`
    select ceil(extract(epoch from asked_at + ${HOUR} - ${now}))::int as wait from opt_in_ask
    where address_hash = ${hashOf(sql`${address}::text`, key)} and channel = ${channel}`.execute(db);
  // Gone where the other ask was taken back in between.
  return Math.max(found.rows[0]?.wait ?? 1, 1);
}

/** Takes an ask back that reached nobody. */
export async function takeAskBack(db: Db, key: HashKey, { address, channel }: Asked): Promise<void> {
  await sql`
    delete from opt_in_ask
    where address_hash = ${hashOf(sql`${address}::text`, key)} and channel = ${channel}`.execute(db);
}

/** Forgets the asks that hold no more. */
export async function forgetAsks(db: Db, now: RawBuilder<Date>): Promise<void> {
  await sql`delete from opt_in_ask where ${isOver(now)}`.execute(db);
}
