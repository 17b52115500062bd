import { sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { Db } from '../platform/database.js';

/** Runs looked back at, whatever their campaign: an index range, however many there are. */
const LOOK_BACK = 5_000;

/** The smallest run whose duration says something about speed. */
const TELLING_SIZE = 1_000;

/**
 * Deliveries per second of this installation on a channel: the median over its latest runs of some size in which no try
 * failed, because of the others most of the time is waiting for retries. Null while there is none.
 */
export async function measuredSpeed(db: Db, channel: Channel): Promise<number | null> {
  const { rows } = await sql<{ per_second: number | null }>`
    select percentile_cont(0.5) within group (order by r.audience_size / greatest(r.seconds, 0.001)) as per_second
    from (select audience_size, extract(epoch from finished_at - opened_at)::float8 as seconds from run r
          where id > (select coalesce(max(id), 0) from run) - ${LOOK_BACK} and channel = ${channel}
            and status = 'completed' and audience_size >= ${TELLING_SIZE} and sent > 0
            and not exists (select from delivery_attempt a where a.run_id = r.id)
          order by id desc limit 20) r`.execute(db);
  return rows[0]!.per_second;
}
