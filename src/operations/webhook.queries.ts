import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** How endpoints of others fare. */
export interface WebhookStanding {
  /** Endpoints that Campanile stopped telling. */
  disabled: number;
  /** Seconds that the delivery due longest has waited, 0 where none does. */
  lag: number;
}

/** Of each endpoint, which are few, the delivery due longest by its index. No locks. */
export async function webhookStanding(db: Db, now: RawBuilder<Date>): Promise<WebhookStanding> {
  const { rows } = await sql<WebhookStanding>`
    select count(*) filter (where w.disabled_reason is not null)::int as disabled,
           coalesce(max(extract(epoch from ${now} - d.due_at)), 0)::float8 as lag
    from webhook w left join lateral (
      select due_at from webhook_delivery
      where webhook_id = w.id and state in ('pending', 'sending') and due_at <= ${now} order by due_at limit 1
    ) d on w.active`.execute(db);
  return rows[0]!;
}
