import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import type { Facts } from '../platform/events.js';
import { jsonInstant } from '../platform/json-instant.js';
import { prepared } from '../platform/prepared-statements.js';
import type { WebhookEvent } from './domain/webhook-event.js';

/** Failed deliveries of a run that go in one event at most: a receiver reads it in one go, and a million are ten thousand rows. */
const FAILURES_AT_ONCE = 100;

/**
 * Writes events, each once for every endpoint that listens, in the transaction of whoever states them: what is undone was
 * never told, and what is committed is not lost. It locks no endpoint; one that is paused at this moment may get it yet.
 * `events` yields `data`.
 */
async function tell(db: Db, event: WebhookEvent, now: RawBuilder<Date>, events: RawBuilder<unknown>): Promise<void> {
  await sql`${prepared}
    with fact as materialized (
      select 'evt_' || replace(gen_random_uuid()::text, '-', '') as event_id, f.data from (${events}) f
    )
    insert into webhook_delivery (webhook_id, event_id, event, data, due_at, created_at)
    select w.id, f.event_id, ${event}, f.data, ${now}, ${now}
    from fact f cross join webhook w where w.active and ${event} = any(w.events)`.execute(db);
}

/** Tells that a run ended, with its totals. */
export function tellCompleted(db: Db, now: RawBuilder<Date>, runId: number): Promise<void> {
  return tell(
    db,
    'run.completed',
    now,
    sql`
      select jsonb_build_object(
        'run_id', r.id, 'campaign_id', r.campaign_id, 'campaign_name', c.name, 'channel', r.channel, 'status', r.status,
        'scheduled_for', ${jsonInstant(sql`r.scheduled_for`)}, 'finished_at', ${jsonInstant(sql`r.finished_at`)},
        'audience', r.audience_size, 'sent', r.sent, 'failed', r.failed, 'skipped', r.skipped, 'in_doubt', r.in_doubt) as data
      from run r join campaign c on c.id = r.campaign_id where r.id = ${runId}`,
  );
}

/** Tells of failed deliveries, those of one run together. */
export function tellFailed(
  db: Db,
  now: RawBuilder<Date>,
  failed: Facts['deliveries.failed']['deliveries'],
): Promise<void> {
  return tell(
    db,
    'delivery.failed',
    now,
    sql`
      select jsonb_build_object(
        'run_id', r.id, 'campaign_id', r.campaign_id, 'channel', r.channel,
        'deliveries', jsonb_agg(jsonb_build_object('contact_id', x.contact_id, 'reason', x.reason) order by x.n)) as data
      from (
        select u.*, (row_number() over (partition by u.run_id order by u.n) - 1) / ${FAILURES_AT_ONCE}::int as part
        from unnest(${bigints(failed.map(({ runId }) => runId))}::bigint[],
                    ${bigints(failed.map(({ contactId }) => contactId))}::bigint[],
                    ${texts(failed.map(({ reason }) => reason))}::text[])
               with ordinality u (run_id, contact_id, reason, n)
      ) x join run r on r.id = x.run_id
      group by r.id, x.part`,
  );
}

/** Tells of people who unsubscribed, each in an event of their own. */
export function tellUnsubscribed(
  db: Db,
  now: RawBuilder<Date>,
  optOuts: Facts['consent.withdrawn']['optOuts'],
): Promise<void> {
  return tell(
    db,
    'contact.unsubscribed',
    now,
    sql`
      select jsonb_build_object('contact_id', u.contact_id, 'channel', u.channel, 'said_by', u.said_by) as data
      from unnest(${bigints(optOuts.map(({ contactId }) => contactId))}::bigint[],
                  ${texts(optOuts.map(({ channel }) => channel))}::text[],
                  ${texts(optOuts.map(({ saidBy }) => saidBy))}::text[]) u (contact_id, channel, said_by)`,
  );
}

/** Whether any endpoint listens to an event. */
export async function isListenedTo(db: Db, event: WebhookEvent): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`${prepared}
    select exists (select from webhook where active and ${event} = any(events)) as any`.execute(db);
  return rows[0]!.any;
}
