import { type RawBuilder, sql } from 'kysely';
import { bigints } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import { PATIENCE_DAYS } from './domain/webhook-schedule.js';
import { TEST_EVENT, type ToldEvent, type WebhookState } from './domain/webhook-event.js';

/** A delivery in our hands, with all that it takes to send it. */
export interface ClaimedDelivery {
  id: number;
  webhookId: number;
  epoch: number;
  tries: number;
  eventId: string;
  event: ToldEvent;
  data: object;
  createdAt: Date;
  url: string;
  /** Sealed. */
  secret: string;
  /** Sealed; null where only one is good. */
  oldSecret: string | null;
}

const claimed = (now: RawBuilder<Date>): RawBuilder<unknown> => sql`
  d.id, d.webhook_id as "webhookId", d.epoch, d.tries, d.event_id as "eventId", d.event, d.data, d.created_at as "createdAt",
  w.url, w.secret, case when w.old_secret_until > ${now} then w.old_secret end as "oldSecret"`;

const leased = (now: RawBuilder<Date>, leaseMs: number): RawBuilder<unknown> =>
  sql`${now} + ${leaseMs} * interval '1 ms'`;

/**
 * Takes what is due, of each endpoint what it has room for: `most` deliveries at a time of this process, one where it did not
 * take the last, none where it asked to be left alone; `flying` are those on their way. Rows that another process is just taking are passed over, those whose
 * holder is overdue are taken anew, but for tests: whoever asked for one is gone. Endpoints are not locked.
 */
export async function claimDue(
  db: Db,
  now: RawBuilder<Date>,
  { flying, most, leaseMs }: { flying: ReadonlyMap<number, number>; most: number; leaseMs: number },
): Promise<ClaimedDelivery[]> {
  const { rows } = await sql<ClaimedDelivery>`${prepared}
    with room as materialized (
      select w.id, greatest(0, case when w.failing_since is null then ${most}::int else 1 end - coalesce(f.count, 0)) as free
      from webhook w
      left join unnest(${bigints([...flying.keys()])}::bigint[], ${bigints([...flying.values()])}::bigint[]) f (id, count)
        on f.id = w.id
      where w.active and (w.held_until is null or w.held_until <= ${now})
    ), due as materialized (
      select d.id from room r cross join lateral (
        select d.id from webhook_delivery d
        where d.webhook_id = r.id and d.state in ('pending', 'sending') and d.due_at <= ${now}
          and not (d.state = 'sending' and d.event = ${TEST_EVENT})
        order by d.due_at limit r.free for update skip locked) d
    )
    update webhook_delivery d
    set state = 'sending', epoch = d.epoch + 1, tries = d.tries + 1, due_at = ${leased(now, leaseMs)}
    from due, webhook w where d.id = due.id and w.id = d.webhook_id
    returning ${claimed(now)}`.execute(db);
  return rows;
}

/** Makes a test for an endpoint, active or not, in our hands already and on its only try; undefined for an unknown one. */
export async function claimTest(
  db: Db,
  now: RawBuilder<Date>,
  webhookId: number,
  leaseMs: number,
): Promise<ClaimedDelivery | undefined> {
  const { rows } = await sql<ClaimedDelivery>`
    with d as (
      insert into webhook_delivery (webhook_id, event_id, event, data, state, epoch, tries, due_at, created_at)
      select id, 'evt_' || replace(gen_random_uuid()::text, '-', ''), ${TEST_EVENT}, jsonb_build_object('webhook_id', id),
             'sending', 1, 1, ${leased(now, leaseMs)}, ${now}
      from webhook where id = ${webhookId} returning *
    )
    select ${claimed(now)} from d join webhook w on w.id = d.webhook_id`.execute(db);
  return rows[0];
}

/** Why a test failed that was not sent at all. */
const UNSENT = 'it was not sent: ask for another';

/** What a try came to. */
export interface TryResult {
  state: Exclude<WebhookState, 'sending'>;
  /** Milliseconds until the next; 0 where there is none. */
  pauseMs: number;
  /** Milliseconds for which the endpoint asks to be left alone; 0 where it does not. */
  holdMs: number;
  answer: number | null;
  error: string | null;
  /** Whether the endpoint says that it is gone for good. */
  gone: boolean;
}

/**
 * Gives a delivery back, if it is still ours, of which nothing left: no try is spent, and it is due at once. A test fails
 * instead, since whoever asked for it is answered now.
 */
export async function giveBack(
  db: Db,
  now: RawBuilder<Date>,
  { id, epoch }: Pick<ClaimedDelivery, 'id' | 'epoch'>,
): Promise<void> {
  await sql`${prepared}
    update webhook_delivery
    set state = case when event = ${TEST_EVENT} then 'failed' else 'pending' end, tries = tries - 1, due_at = ${now},
        error = case when event = ${TEST_EVENT} then ${UNSENT} else error end
    where id = ${id} and epoch = ${epoch} and state = 'sending'`.execute(db);
}

/**
 * Records a try, if the delivery is still ours, and what it tells of the endpoint. One that is gone is disabled, and so is one
 * that has taken nothing for too long, but only by a delivery that is given up: it was refused in all its tries, over days,
 * whereas a first try after a quiet week shows nothing of that week. A test that fails tells only whoever asked for it. The
 * delivery is locked before its endpoint, as by whoever deletes both. Answers whether this disabled it.
 */
export async function recordTry(
  db: Db,
  now: RawBuilder<Date>,
  { id, epoch }: Pick<ClaimedDelivery, 'id' | 'epoch'>,
  { state, pauseMs, holdMs, answer, error, gone }: TryResult,
): Promise<boolean> {
  const delivered = state === 'delivered';
  const { rows } = await sql<{ disabled: boolean }>`${prepared}
    with told as (
      update webhook_delivery
      set state = ${state}, due_at = ${now} + ${pauseMs} * interval '1 ms', tried_at = ${now}, answer = ${answer}, error = ${error}
      where id = ${id} and epoch = ${epoch} and state = 'sending'
      returning webhook_id, event
    ), standing as materialized (
      select w.id, case when ${gone} then 'the endpoint answered 410: it is gone'
                        when ${state === 'failed'} and w.failing_since <= ${now} - ${PATIENCE_DAYS} * interval '1 day'
                        then 'the endpoint has taken nothing for ' || ${PATIENCE_DAYS}::int || ' days' end as reason
      from told join webhook w on w.id = told.webhook_id
      where w.active and ${!delivered} and told.event <> ${TEST_EVENT} or w.failing_since is not null and ${delivered} for no key update of w
    )
    update webhook w set
      failing_since = case when ${delivered} then null else coalesce(w.failing_since, ${now}) end,
      held_until = case when ${holdMs}::int > 0 then ${now} + ${holdMs}::int * interval '1 ms' else w.held_until end,
      active = w.active and (${delivered} or s.reason is null),
      disabled_reason = case when ${delivered} then w.disabled_reason else s.reason end,
      version = w.version + (not ${delivered} and s.reason is not null)::int
    from standing s where w.id = s.id
    returning not ${delivered} and s.reason is not null as disabled`.execute(db);
  return rows[0]?.disabled ?? false;
}
