import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import type { Usage } from './domain/rate-limit.js';

/** A provider's account: `channel` and the provider's name. */
export interface AccountKey {
  channel: string;
  name: string;
}

/** How an account fares. Instants in epoch milliseconds. */
export interface AccountState {
  blockedUntil: number | null;
  reason: string | null;
  trips: number;
  probeUntil: number | null;
  usage: Usage;
  freeAt: number | null;
  now: number;
}

const milliseconds = (instant: RawBuilder<unknown>) =>
  sql<number | null>`(extract(epoch from ${instant}) * 1000)::float8`;
const columns = (now: RawBuilder<Date>) => sql`
  ${milliseconds(sql`blocked_until`)} as "blockedUntil", reason, trips, ${milliseconds(sql`probe_until`)} as "probeUntil",
  usage, ${milliseconds(sql`free_at`)} as "freeAt", ${milliseconds(now)} as now`;

/** Locks an account's row, making it if need be, for one grant: tokens come from this one row, so N processes agree. */
export async function lockAccount(db: Db, now: RawBuilder<Date>, { channel, name }: AccountKey): Promise<AccountState> {
  const { rows } = await sql<AccountState>`${prepared}
    insert into provider_account (channel, name) values (${channel}, ${name})
    on conflict (channel, name) do update set channel = excluded.channel
    returning ${columns(now)}`.execute(db);
  return rows[0]!;
}

/** Writes what a grant changed, under the lock. */
export async function saveGrant(
  db: Db,
  { channel, name }: AccountKey,
  { usage, freeAt, probeUntil }: Pick<AccountState, 'usage' | 'freeAt' | 'probeUntil'>,
): Promise<void> {
  await sql`${prepared}
    update provider_account set usage = ${JSON.stringify(usage)}::jsonb,
      free_at = to_timestamp(${freeAt}::float8 / 1000), probe_until = to_timestamp(${probeUntil}::float8 / 1000)
    where channel = ${channel} and name = ${name}`.execute(db);
}

/** Keeps everybody from an account until so many milliseconds from now; a longer block that stands is not shortened. */
export async function blockAccount(
  db: Db,
  now: RawBuilder<Date>,
  { channel, name }: AccountKey,
  { forMs, reason }: { forMs: number; reason: string },
): Promise<void> {
  await sql`
    insert into provider_account as p (channel, name, blocked_until, reason)
    values (${channel}, ${name}, ${now} + ${forMs} * interval '1 ms', ${reason})
    on conflict (channel, name) do update set blocked_until = greatest(p.blocked_until, excluded.blocked_until),
      reason = excluded.reason, probe_until = null`.execute(db);
}

/**
 * Opens the breaker: counts the opening and puts the account off for as long as that many take, `tripsMs` for the first,
 * second, … and at least `leastMs`. One statement under the row's lock, so that of all lanes and processes which see the
 * same trouble the first counts it and the others find it open: they at most lengthen it to `leastMs`. Answers the
 * seconds until the account is free; null where nothing changed.
 */
export async function tripAccount(
  db: Db,
  now: RawBuilder<Date>,
  { channel, name }: AccountKey,
  { tripsMs, leastMs, reason }: { tripsMs: number[]; leastMs: number; reason: string },
): Promise<number | null> {
  const isOpen = sql`p.trips > 0 and p.blocked_until > ${now}`;
  const until = (trip: RawBuilder<unknown>) => sql`
    ${now} + greatest(${leastMs}::float8, (${tripsMs}::float8[])[least(${trip}, ${tripsMs.length}::int)]) * interval '1 ms'`;
  const least = sql`${now} + ${leastMs}::float8 * interval '1 ms'`;
  const { rows } = await sql<{ seconds: number }>`
    insert into provider_account as p (channel, name, trips, blocked_until, reason)
    values (${channel}, ${name}, 1, ${until(sql`1`)}, ${reason})
    on conflict (channel, name) do update
      set trips = case when ${isOpen} then p.trips else p.trips + 1 end,
          blocked_until = greatest(p.blocked_until, case when ${isOpen} then ${least} else ${until(sql`p.trips + 1`)} end),
          reason = excluded.reason, probe_until = null
      where (${isOpen}) is not true or p.blocked_until < ${least}
    returning extract(epoch from p.blocked_until - ${now})::float8 as seconds`.execute(db);
  return rows[0]?.seconds ?? null;
}

/** Lets another message try an account; only while it is on probation. */
export async function endProbe(db: Db, { channel, name }: AccountKey): Promise<void> {
  await sql`
    update provider_account set probe_until = null
    where channel = ${channel} and name = ${name} and trips > 0`.execute(db);
}

/** Closes the breaker after a success; what the provider itself asked for stays. */
export async function healAccount(db: Db, { channel, name }: AccountKey): Promise<void> {
  await sql`
    update provider_account set trips = 0, probe_until = null
    where channel = ${channel} and name = ${name} and trips > 0`.execute(db);
}

/** Forgets an account's trouble and its waits, for people have changed it; what was granted under its limits stays. */
export async function forgiveAccount(db: Db, { channel, name }: AccountKey): Promise<void> {
  await sql`
    update provider_account set blocked_until = null, reason = null, trips = 0, probe_until = null, free_at = null
    where channel = ${channel} and name = ${name}`.execute(db);
}

/** Forgets all about an account that is gone. */
export async function forgetAccount(db: Db, { channel, name }: AccountKey): Promise<void> {
  await sql`delete from provider_account where channel = ${channel} and name = ${name}`.execute(db);
}

/** Every account that has a row. */
export async function readAccounts(db: Db, now: RawBuilder<Date>): Promise<(AccountKey & AccountState)[]> {
  const { rows } = await sql<AccountKey & AccountState>`
    select channel, name, ${columns(now)} from provider_account`.execute(db);
  return rows;
}
