import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** Recipients of runs that have not ended, by what keeps them from being sent to at this moment. */
export interface Queue {
  inFlight: number;
  due: number;
  later: number;
  awaitingWinner: number;
  paused: number;
}

/** Asks the indexes of what is ready or leased, of open runs only: it costs what is left of them. No locks. */
export async function queueByState(db: Db, now: RawBuilder<Date>): Promise<Queue> {
  const { rows } = await sql<Queue>`
    select ${sum(sql`state = 'leased'`)} as "inFlight",
           ${sum(sql`state = 'ready' and going and due_at <= ${now}`)} as due,
           ${sum(sql`state = 'ready' and going and due_at > ${now} and due_at < 'infinity'`)} as later,
           ${sum(sql`state = 'ready' and going and due_at = 'infinity'`)} as "awaitingWinner",
           ${sum(sql`state = 'ready' and not going`)} as paused
    from (select r.status = 'processing' as going, b.state, b.due_at,
                 b.size - b.sent - b.failed - b.skipped - b.in_doubt - b.deferred as pending
          from run r join run_batch b on b.run_id = r.id and b.state in ('ready', 'leased')
          where r.finished_at is null) b`.execute(db);
  return rows[0]!;
}

const sum = (holds: RawBuilder<unknown>) => sql`coalesce(sum(pending) filter (where ${holds}), 0)::bigint`;

/** How late the latest runs opened, in milliseconds after they were due. */
export interface Lateness {
  runs: number;
  median: number | null;
  worst: number | null;
}

/** Of the latest runs that were carried out, at most so many, by the order of their ids. */
export async function latenessOf(db: Db, most: number): Promise<Lateness> {
  const { rows } = await sql<Lateness>`
    select count(*)::int as runs, percentile_cont(0.5) within group (order by late)::float8 as median, max(late)::float8 as worst
    from (select greatest(extract(epoch from opened_at - coalesce(zones_from, scheduled_for)) * 1000, 0) as late
          from run where status not in ('skipped', 'missed') order by id desc limit ${most}) l`.execute(db);
  return rows[0]!;
}

/** A name that connections have, and how many have it. */
export interface Connected {
  name: string;
  connections: number;
  /** When the oldest of them began; null where another role's are not shown to ours. */
  since: Date | null;
}

/** Who is connected to this database, by name; PostgreSQL shows every role the names. */
export async function connected(db: Db): Promise<Connected[]> {
  const { rows } = await sql<Connected>`
    select application_name as name, count(*)::int as connections, min(backend_start) as since
    from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
    group by 1 order by min(backend_start), 1`.execute(db);
  return rows;
}

/** How many batches each owner of leases holds. */
export async function leasesByOwner(db: Db): Promise<{ owner: string; leases: number }[]> {
  const { rows } = await sql<{ owner: string; leases: number }>`
    select owner, count(*)::int as leases from run_batch where state = 'leased' group by owner`.execute(db);
  return rows;
}

/** The server and this database on it. */
export interface DatabaseStanding {
  version: string;
  size: number;
  connections: number;
  mostConnections: number;
}

/** Reads what the server says of itself; connections are those of all of its databases, for they share the limit. */
export async function databaseStanding(db: Db): Promise<DatabaseStanding> {
  const { rows } = await sql<DatabaseStanding>`
    select current_setting('server_version') as version, pg_database_size(current_database()) as size,
           (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
           current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as "mostConnections"`.execute(
    db,
  );
  return rows[0]!;
}
