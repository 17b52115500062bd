import { sql } from 'kysely';
import type { Db } from '../platform/database.js';

/** An event about a contact, at an endpoint. */
export interface Told {
  webhook_id: number;
  event: string;
  /** What is posted as `data`; of failed deliveries only those to the contact. */
  data: Record<string, unknown>;
  state: string;
  created_at: Date;
  tried_at: Date | null;
}

/**
 * Events about a contact, the newest first. They are kept for some weeks and found without an index, for each would cost every
 * event, and this is asked seldom.
 */
export async function toldAbout(db: Db, contactId: number): Promise<Told[]> {
  const id = sql`jsonb_build_object('contact_id', ${contactId}::bigint)`;
  const { rows } = await sql<Told>`
    select w.webhook_id, w.event, w.state, w.created_at, w.tried_at,
           case when jsonb_exists(w.data, 'deliveries')
                then w.data || jsonb_build_object('deliveries', (select jsonb_agg(d) from jsonb_array_elements(w.data -> 'deliveries') d
                                                                 where d @> ${id}))
                else w.data end as data
    from webhook_delivery w
    where w.data @> ${id} or w.data @> jsonb_build_object('deliveries', jsonb_build_array(${id}))
    order by w.id desc`.execute(db);
  return rows;
}
