import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import type { Role } from './domain/role.js';

/** Without use for so long, a session ends; and after so long in any case. */
export const IDLE_MS = 12 * 3_600_000;
export const LONGEST_MS = 7 * 24 * 3_600_000;

/** A user by a session or link. */
export interface FoundUser {
  id: number;
  email: string;
  role: Role;
}

/** The user of a session, and when it ends at the latest. */
export type SessionUser = FoundUser & { ends_at: Date };

/** Begins a session of a user, notes that they came, and forgets sessions that are over. */
export async function insertSession(db: Db, userId: number, hash: string, now: RawBuilder<Date>): Promise<void> {
  await sql`
    with over as (delete from user_session where ${isOver(now)}),
      seen as (update app_user set signed_in_at = ${now} where id = ${userId})
    insert into user_session (user_id, hash, created_at, seen_at, expires_at)
    values (${userId}, ${hash}, ${now}, ${now}, ${now} + ${ms(LONGEST_MS)})`.execute(db);
}

/**
 * Whose session this is, and that it was used. An update: it waits for who ends the session at this moment, and then finds
 * that it is gone.
 */
export async function useSession(db: Db, hash: string, now: RawBuilder<Date>): Promise<SessionUser | null> {
  const { rows } = await sql<SessionUser>`
    update user_session set seen_at = ${now} from app_user
    where user_session.hash = ${hash} and app_user.id = user_session.user_id and not (${isOver(now)})
    returning app_user.id, app_user.email, app_user.role, user_session.expires_at as ends_at`.execute(db);
  return rows[0] ?? null;
}

/** Ends the session with this hash. */
export async function deleteSession(db: Db, hash: string): Promise<void> {
  await sql`delete from user_session where hash = ${hash}`.execute(db);
}

/** Ends every session of a user but the one with this hash, and makes their links worthless. */
export async function endSessions(db: Db, userId: number, exceptHash: string | null): Promise<void> {
  await sql`delete from user_session where user_id = ${userId} and hash is distinct from ${exceptHash}`.execute(db);
  await endLinks(db, userId);
}

/** Makes the links of a user worthless. */
export async function endLinks(db: Db, userId: number): Promise<void> {
  await sql`delete from sign_in_link where user_id = ${userId}`.execute(db);
}

/** Keeps a link for a user, good for so long; those made before for the same user are worth nothing any more. */
export async function insertLink(
  db: Db,
  { userId, hash, lastsMs }: { userId: number; hash: string; lastsMs: number },
  now: RawBuilder<Date>,
): Promise<void> {
  await sql`delete from sign_in_link where user_id = ${userId} or expires_at <= ${now}`.execute(db);
  await sql`insert into sign_in_link (hash, user_id, expires_at)
            values (${hash}, ${userId}, ${now} + ${ms(lastsMs)})`.execute(db);
}

/** Uses up a link; answers whose it was, or null. Of two who use it at once the second waits, and finds it gone. */
export async function takeLink(db: Db, hash: string, now: RawBuilder<Date>): Promise<FoundUser | null> {
  const { rows } = await sql<FoundUser>`
    delete from sign_in_link using app_user
    where sign_in_link.hash = ${hash} and app_user.id = sign_in_link.user_id and sign_in_link.expires_at > ${now}
    returning app_user.id, app_user.email, app_user.role`.execute(db);
  return rows[0] ?? null;
}

const ms = (count: number) => sql`make_interval(secs => ${count / 1000}::float8)`;
const isOver = (now: RawBuilder<Date>) =>
  sql`user_session.expires_at <= ${now} or user_session.seen_at <= ${now} - ${ms(IDLE_MS)}`;
