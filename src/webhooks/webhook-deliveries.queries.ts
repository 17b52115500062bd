import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';
import { TEST_EVENT, type WebhookState } from './domain/webhook-event.js';
import type { WebhookDeliveryResponse } from './webhook-deliveries.dto.js';

const columns = sql`
  id, event_id, event, data, state, tries, created_at, tried_at, case when state = 'pending' then due_at end as next_try_at,
  answer, error`;

/** The deliveries to an endpoint, the newest first, before the given id; at most `limit + 1`. */
export async function listDeliveries(
  db: Db,
  webhookId: number,
  { state, limit, before }: { state?: WebhookState; limit: number; before: number | null },
): Promise<WebhookDeliveryResponse[]> {
  const { rows } = await sql<WebhookDeliveryResponse>`
    select ${columns} from webhook_delivery
    where webhook_id = ${webhookId} and (${before}::bigint is null or id < ${before})
      ${state === undefined ? sql`` : sql`and state = ${state}`}
    order by id desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** A delivery to an endpoint; undefined where it is not there, or another's. */
export async function findDelivery(
  db: Db,
  webhookId: number,
  id: number,
): Promise<WebhookDeliveryResponse | undefined> {
  const { rows } = await sql<WebhookDeliveryResponse>`
    select ${columns} from webhook_delivery where webhook_id = ${webhookId} and id = ${id}`.execute(db);
  return rows[0];
}

const anew = (now: RawBuilder<Date>): RawBuilder<unknown> => sql`
  state = 'pending', tries = 0, epoch = epoch + 1, due_at = ${now}`;

/**
 * Makes one delivery due now, with all tries ahead of it. Not while it is on its way: a second process would send it at the
 * same time. One whose holder is overdue is free, as for a claim, since a paused endpoint has no claims. The epoch
 * rises: what that holder still has to say is late. Answers whether it did.
 */
export async function replayOne(db: Db, now: RawBuilder<Date>, webhookId: number, id: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update webhook_delivery set ${anew(now)}
    where webhook_id = ${webhookId} and id = ${id} and (state <> 'sending' or due_at <= ${now})`.execute(db);
  return numAffectedRows === 1n;
}

/** The same for all that were not taken yet, of what happened since a moment: given up, or waiting for another try. No tests. */
export async function replaySince(db: Db, now: RawBuilder<Date>, webhookId: number, since: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    update webhook_delivery set ${anew(now)}
    where webhook_id = ${webhookId} and created_at >= ${since} and event <> ${TEST_EVENT}
      and (state = 'failed' or state = 'pending' and tries > 0)`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Ends tests whose sender is overdue: nobody takes them up, and they are not to look as if they were on their way for ever. */
export async function failLeftTests(db: Db, now: RawBuilder<Date>): Promise<void> {
  await sql`
    update webhook_delivery set state = 'failed', error = 'whoever sent it ended before it was answered'
    where event = ${TEST_EVENT} and state = 'sending' and due_at <= ${now}`.execute(db);
}

/** Deletes what an endpoint was and is to be told; waits for those who record a try. */
export async function deleteDeliveries(db: Db, webhookId: number): Promise<void> {
  await sql`delete from webhook_delivery where webhook_id = ${webhookId}`.execute(db);
}

/** Rows that go in one statement. */
const AT_ONCE = 10_000;

/**
 * Forgets some of what happened before a moment, in whatever state; answers how many. With it go rows that were written while
 * their endpoint was being deleted: until then nobody is sent or shown them.
 */
export async function forgetDeliveries(db: Db, before: RawBuilder<Date>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from webhook_delivery where id = any(array(
      select id from webhook_delivery where created_at < ${before} limit ${AT_ONCE} for update skip locked))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
