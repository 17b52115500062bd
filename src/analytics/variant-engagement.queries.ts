import { sql } from 'kysely';
import { FIRST_LINK, PIXEL } from '../campaigns/domain/link-numbers.js';
import type { CountEngaged, Engaged } from '../delivery/engaged.service.js';
import type { Db } from '../platform/database.js';

/** How to tell the group of a contact from its id, as delivery does. */
type GroupOf = Parameters<CountEngaged>[1];

/** People who opened and clicked, and messages that anybody opened and clicked, machines among them. */
export interface EngagedByAll extends Engaged {
  openedAll: number;
  clickedAll: number;
}

/** People who opened and who clicked in a run, by the groups of its audience. Facts only: hits by machines are none. */
export async function engagedByGroup(db: Db, runId: number, groupOf: GroupOf): Promise<Map<number, Engaged>> {
  const { rows } = await sql<Engaged & { group: number }>`
    select ${groupOf(sql`contact_id`)} as "group", count(*) filter (where kind = 'opened') as opened,
           count(*) filter (where kind = 'clicked') as clicked
    from engagement where run_id = ${runId} and kind in ('opened', 'clicked') group by 1`.execute(db);
  return new Map(rows.map(({ group, ...engaged }) => [group, engaged]));
}

/** The same beside whoever hit: a person who did is among them, also where no hit tells it. */
export async function engagedByAll(db: Db, runId: number, groupOf: GroupOf): Promise<Map<number, EngagedByAll>> {
  const { rows } = await sql<EngagedByAll & { group: number }>`
    with told as (
      select contact_id, kind, true as human from engagement where run_id = ${runId} and kind in ('opened', 'clicked')
      union all
      select contact_id, (case when number >= ${FIRST_LINK}::int then 'clicked' else 'opened' end)::engagement_kind, false
      from hit where run_id = ${runId} and (number >= ${FIRST_LINK}::int or number = ${PIXEL}::int)
    ), ones as (
      select contact_id, kind, bool_or(human) as human from told group by contact_id, kind
    )
    select ${groupOf(sql`contact_id`)} as "group",
           count(*) filter (where kind = 'opened' and human) as opened, count(*) filter (where kind = 'clicked' and human) as clicked,
           count(*) filter (where kind = 'opened') as "openedAll", count(*) filter (where kind = 'clicked') as "clickedAll"
    from ones group by 1`.execute(db);
  return new Map(rows.map(({ group, ...engaged }) => [group, engaged]));
}
