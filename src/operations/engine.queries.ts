import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** How the engine stands, over all processes. Lags are in seconds, 0 where nothing waits. */
export interface EngineState {
  processing: number;
  paused: number;
  cancelling: number;
  held: number;
  expired: number;
  inDoubt: number;
  openingLag: number;
  sendingLag: number;
}

/** An account that takes nothing at the moment. */
export interface PutOffAccount {
  channel: string;
  name: string;
}

/**
 * Asks only indexes of what is open: runs without an end, leased batches, of each run the batch due longest, the campaign
 * due longest, ended runs with a doubt. What a paused run has waiting is not late. No locks: a glance, not a balance.
 */
export async function engineState(db: Db, now: RawBuilder<Date>): Promise<EngineState> {
  const { rows } = await sql<EngineState>`
    with open as materialized (select id, status, expires_at from run where finished_at is null),
    statuses as (
      select count(*) filter (where status = 'processing')::int as processing,
             count(*) filter (where status = 'paused')::int as paused,
             count(*) filter (where status = 'cancelling')::int as cancelling from open
    ), leases as (
      select count(*) filter (where lease_until >= ${now})::int as held,
             count(*) filter (where lease_until < ${now})::int as expired
      from run_batch where state = 'leased'
    ), waiting as (
      select min(b.due_at) as since from open o cross join lateral (
        select due_at from run_batch where run_id = o.id and state = 'ready' order by due_at, seq limit 1) b
      where o.status = 'processing' and o.expires_at > ${now}
    ), due as (
      select min(next_run_at) as since from campaign c
      where next_run_at <= ${now} and status in ('pending', 'processing') and deleted_at is null
        and not (overlap = 'queue' and exists (select from open o join run r on r.id = o.id and r.campaign_id = c.id))
    ), doubts as (
      select coalesce((select sum(in_doubt) from run where in_doubt > 0 and finished_at is not null), 0)
           + coalesce((select sum(b.in_doubt) from open o join run_batch b on b.run_id = o.id), 0) as count
    )
    select s.*, l.*, d.count::float8 as "inDoubt",
      greatest(coalesce(extract(epoch from ${now} - due.since), 0), 0)::float8 as "openingLag",
      greatest(coalesce(extract(epoch from ${now} - w.since), 0), 0)::float8 as "sendingLag"
    from statuses s, leases l, waiting w, due, doubts d`.execute(db);
  return rows[0]!;
}

/** The accounts that had trouble or asked for patience. A table of a few rows. */
export async function putOffAccounts(db: Db, now: RawBuilder<Date>): Promise<PutOffAccount[]> {
  const { rows } = await sql<PutOffAccount>`
    select channel, name from provider_account where blocked_until > ${now}`.execute(db);
  return rows;
}
