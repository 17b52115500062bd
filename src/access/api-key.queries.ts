import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Scope } from './domain/scope.js';
import type { KeyResponse } from './keys.dto.js';
import type { Found } from './trusted-callers.js';

/** Any number: whoever takes an administrator away, or lets one in at a start, holds this lock, so that of two neither counts on the other's. */
const ADMINS_LOCK = 4_702_136;

/** A key as it is made. */
export interface NewKey {
  name: string;
  scopes: Scope[];
  prefix: string;
  hash: string;
  expiresAt: Date | null;
  /** From where it is good; null for from anywhere. */
  networks: string[] | null;
}

/** Keeps a key, unless one with this secret is there already; answers its id, or null. */
export async function insertKey(
  db: Db,
  { name, scopes, prefix, hash, expiresAt, networks }: NewKey,
  now: RawBuilder<Date>,
): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    insert into api_key (name, prefix, hash, scopes, expires_at, networks, created_at)
    values (${name}, ${prefix}, ${hash}, ${scopes}::text[], ${expiresAt}, ${networks}::text[], ${now})
    on conflict (hash) do nothing returning id`.execute(db);
  return rows[0]?.id ?? null;
}

/** Whether this was the secret of a key that was revoked, or given another. */
export async function isEnded(db: Db, hash: string): Promise<boolean> {
  const { rows } = await sql`select from ended_secret where hash = ${hash}`.execute(db);
  return rows.length > 0;
}

/** Notes that the secrets of a key have ended, also one that works on for a while; the caller then takes them away. */
export async function endSecrets(db: Db, id: number, now: RawBuilder<Date>): Promise<void> {
  await sql`
    insert into ended_secret (hash, ended_at)
    select secret.hash, ${now} from api_key cross join unnest(array[api_key.hash, old_hash]) secret (hash)
    where id = ${id} and secret.hash is not null
    on conflict (hash) do nothing`.execute(db);
}

/** Of which key this secret works now: its own, or that of before a rotation. */
const works = (hash: string, now: RawBuilder<Date>) => sql`
  (hash = ${hash} or (old_hash = ${hash} and old_hash_until > ${now})) and (expires_at is null or expires_at > ${now})`;

/**
 * To which networks the key with this secret is bound; null for none, undefined where there is no such key. Asked before
 * `useKey`, as a use that is refused is none. A plain read: they stay as the key was made, whoever rotates it.
 */
export async function networksOfKey(db: Db, hash: string, now: RawBuilder<Date>): Promise<string[] | null | undefined> {
  const { rows } = await sql<{ networks: string[] | null }>`
    select networks from api_key where ${works(hash, now)}`.execute(db);
  return rows[0]?.networks;
}

/**
 * Whose secret this is, by its own hash or by that of before a rotation, and that it was used. An update: it waits for who
 * revokes or rotates the key at this moment, and then finds what they left.
 */
export async function useKey(db: Db, hash: string, now: RawBuilder<Date>): Promise<Found | null> {
  const { rows } = await sql<Found>`
    update api_key set last_used_at = ${now}
    where ${works(hash, now)}
    returning 'key' as kind, id, name, scopes,
      case when hash = ${hash} then expires_at else least(expires_at, old_hash_until) end as "endsAt"`.execute(db);
  return rows[0] ?? null;
}

const columns = (now: RawBuilder<Date>) => sql`
  id, name, prefix, scopes, networks, created_at, expires_at, last_used_at,
  case when old_hash_until > ${now} then old_hash_until end as old_secret_until`;

/** Keys after an id, in the order they were made; at most `limit`. */
export async function listKeys(db: Db, after: number, limit: number, now: RawBuilder<Date>): Promise<KeyResponse[]> {
  const { rows } = await sql<KeyResponse>`
    select ${columns(now)} from api_key where id > ${after} order by id limit ${limit}`.execute(db);
  return rows;
}

/** A key by its id. */
export async function findKey(db: Db, id: number, now: RawBuilder<Date>): Promise<KeyResponse | undefined> {
  const { rows } = await sql<KeyResponse>`select ${columns(now)} from api_key where id = ${id}`.execute(db);
  return rows[0];
}

/** Gives a key another secret; the present one works on for so many seconds. Answers whether there is such a key. */
export async function replaceSecret(
  db: Db,
  id: number,
  { prefix, hash, overlapS }: { prefix: string; hash: string; overlapS: number },
  now: RawBuilder<Date>,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update api_key set prefix = ${prefix}, hash = ${hash},
      old_hash = case when ${overlapS}::int > 0 then hash end,
      old_hash_until = case when ${overlapS}::int > 0 then ${now} + make_interval(secs => ${overlapS}::int) end
    where id = ${id}`.execute(db);
  return numAffectedRows === 1n;
}

/** Waits until nobody else takes an administrator away, to the end of the transaction. */
export async function lockAdmins(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMINS_LOCK})`.execute(db);
}

/**
 * Whether anybody is left who may do everything, and will be tomorrow: a key that does not end, or a user with a password. A
 * key that is bound to networks does not count: whoever moves, or gets another proxy, would be locked out of everything.
 */
export async function hasAdmin(db: Db): Promise<boolean> {
  const { rows } = await sql<{ left: boolean }>`
    select exists (select from api_key where 'admin' = any(scopes) and expires_at is null and networks is null)
        or exists (select from app_user where role = 'admin' and password is not null) as left`.execute(db);
  return rows[0]!.left;
}
