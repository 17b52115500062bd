import { type RawBuilder, sql } from 'kysely';
import { FIRST_LINK } from '../campaigns/domain/link-numbers.js';
import type { Db } from '../platform/database.js';
import type { Hitters } from './domain/engagement.js';
import { WAITS } from './domain/waiting-times.js';

const clicksIn = (runs: RawBuilder<unknown>, hitters: Hitters) => sql`
  h.run_id ${runs} and h.number >= ${FIRST_LINK}::int and (${hitters} = 'all' or h.verdict = 'human')`;

/** Clicks by weekday (1 is Monday) and hour, as clocks of the zone, by its `databaseZone` name, showed them. */
export async function clicksByHour(
  db: Db,
  runs: RawBuilder<unknown>,
  hitters: Hitters,
  zone: string,
): Promise<{ weekday: number; hour: number; clicks: number }[]> {
  const { rows } = await sql<{ weekday: number; hour: number; clicks: number }>`
    select extract(isodow from h.at at time zone ${zone}::text)::int as weekday,
           extract(hour from h.at at time zone ${zone}::text)::int as hour, count(*) as clicks
    from hit h where ${clicksIn(runs, hitters)} group by 1, 2`.execute(db);
  return rows;
}

/** How long first clicks took: how many there are in each bar of `WAITS`, and the median over all, which each row repeats. */
export async function clicksByWait(
  db: Db,
  runs: RawBuilder<unknown>,
  hitters: Hitters,
): Promise<{ bar: number; recipients: number; median: number }[]> {
  const { rows } = await sql<{ bar: number; recipients: number; median: number }>`
    with waits as materialized (
      select greatest(extract(epoch from f.at - d.at), 0)::float8 as seconds
      from (select h.run_id, h.contact_id, min(h.at) as at from hit h where ${clicksIn(runs, hitters)}
            group by h.run_id, h.contact_id) f
      join delivery d on d.run_id = f.run_id and d.contact_id = f.contact_id
    )
    select width_bucket(seconds, ${[...WAITS]}::float8[]) as bar, count(*) as recipients,
      (select percentile_cont(0.5) within group (order by seconds) from waits) as median
    from waits group by 1`.execute(db);
  return rows;
}
