import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import { PATIENCE_MS } from './domain/provider-standing.js';

/** A leased batch; everything below `intentUpto` is settled, nothing from there on has left. */
export interface ClaimedBatch {
  runId: number;
  seq: number;
  epoch: number;
  attempt: number;
  size: number;
  intentUpto: number;
  contactIds: number[];
  /** Above 0: a message of this batch may have ended its process, and they are sent one at a time. */
  crashes: number;
  /** An earlier try may have reached every one of them, and nobody knows its answer. */
  doubtful: boolean;
  /** The account under which it is leased. */
  provider: string;
  /** Its provider had trouble and is to be tried with one message. */
  probation: boolean;
  /** Which variant its recipients get; null where the run has none. */
  variant: number | null;
}

/** Whose turn it is: runs after `afterRun` first, those in `except` not at all, and nothing but `only` where it is set. */
export interface Turn {
  afterRun: number;
  except: number[];
  only: number | null;
  /** What this process can carry: `channel/provider` pairs. */
  carries: string[];
}

/** How batches are leased. */
export interface Lease {
  owner: string;
  leaseMs: number;
}

/**
 * Leases ready batches, at most `limit`; none only where nothing is ready. Runs are asked in turn, starting after
 * `afterRun`, each for its equal share, so that a run of ten million never starves
 * one of ten; within a run the batches due longest go first. SKIP LOCKED: another sender's claim is never waited for.
 * The epoch is the fence: whoever holds an older one can write nothing any more. Runs whose account is put off, out of
 * tokens or being tried by someone else are passed over, unless its fallback may take over what it surely did not take:
 * while it is switched off, its breaker is open, or it asked for more patience than a message has. A doubtful batch
 * waits for the account that may have reached its recipients: that one alone may know the repeat.
 */
export async function claimBatches(
  db: Db,
  now: RawBuilder<Date>,
  lease: Lease,
  { afterRun, except, only, carries }: Turn,
  limit: number,
): Promise<ClaimedBatch[]> {
  const { rows } = await sql<ClaimedBatch>`${prepared}
    with eligible as materialized (
      select id, channel, provider from run
      where finished_at is null and status = 'processing' and expires_at > ${now}
        and id <> all(${except}::bigint[]) and (${only}::bigint is null or id = ${only})
    ), open as materialized (
      ${ownRoutes(now, carries)} union all ${pinnedRoutes(now, carries)}
    ), picked as materialized (
      select b.run_id, b.seq, r.trips, r.name
      from (select * from open order by id <= ${afterRun}, id) r
      cross join lateral (
        select run_id, seq from run_batch
        where run_id = r.id and state = 'ready' and due_at <= ${now}
          and (doubtful and provider is not null) = r.pinned and (not r.pinned or provider = r.name)
        order by due_at, seq limit (select ceil(${limit}::int / greatest(count(*), 1.0)) from open) for update skip locked
      ) b
      limit ${limit}::int
    )
    update run_batch b set state = 'leased', owner = ${lease.owner}, provider = p.name, epoch = b.epoch + 1, flush = 0,
      lease_until = ${now} + ${lease.leaseMs} * interval '1 ms'
    from picked p where b.run_id = p.run_id and b.seq = p.seq
    returning b.run_id as "runId", b.seq, b.epoch, b.attempt, b.size, b.intent_upto as "intentUpto",
      b.contact_ids as "contactIds", b.crashes, b.doubtful, b.provider, p.trips > 0 as probation,
      b.variant`.execute(db);
  return rows;
}

/** The account that each eligible run goes through now: its own, or while that one ails the fallback. */
const ownRoutes = (now: RawBuilder<Date>, carries: string[]) => sql`
  select e.id, route.name, route.trips, false as pinned
  from eligible e
  left join provider m on m.channel = e.channel and m.name = e.provider
  left join provider f on f.id = m.fallback_id
  left join provider_account p on p.channel = e.channel and p.name = e.provider
  left join provider_account s on s.channel = e.channel and s.name = f.name
  cross join lateral (
    select e.provider as name, coalesce(p.trips, 0) as trips
    where m.enabled is not false and ${isCarried(sql`e.provider`, carries)} and ${isFree(sql`p`, now)}
    union all
    select f.name, coalesce(s.trips, 0)
    where f.enabled and ${isCarried(sql`f.name`, carries)} and ${isFree(sql`s`, now)}
      and (not m.enabled or (not ${isFree(sql`p`, now)}
                             and (p.trips > 0 or p.blocked_until > ${now} + ${PATIENCE_MS} * interval '1 ms')))
  ) route`;

/** The accounts that doubtful batches of eligible runs wait for. */
const pinnedRoutes = (now: RawBuilder<Date>, carries: string[]) => sql`
  select e.id, b.provider, coalesce(p.trips, 0), true
  from eligible e
  cross join lateral (
    select distinct provider from run_batch
    where run_id = e.id and state = 'ready' and doubtful and provider is not null
  ) b
  left join provider m on m.channel = e.channel and m.name = b.provider
  left join provider_account p on p.channel = e.channel and p.name = b.provider
  where m.enabled is not false and ${isCarried(sql`b.provider`, carries)} and ${isFree(sql`p`, now)}`;

const isCarried = (name: RawBuilder<string>, carries: string[]) =>
  sql<boolean>`e.channel || '/' || ${name} = any(${carries}::text[])`;

/** Whether an account, which may have no row, can be asked at all. */
function isFree(account: RawBuilder<unknown>, now: RawBuilder<Date>): RawBuilder<boolean> {
  const until = sql`greatest(${account}.blocked_until, ${account}.free_at,
                             case when ${account}.trips > 0 then ${account}.probe_until end)`;
  return sql`(${until} <= ${now} or ${until} is null)`;
}
