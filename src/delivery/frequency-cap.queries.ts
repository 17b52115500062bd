import { type RawBuilder, sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { Db } from '../platform/database.js';
import type { FrequencyCap } from './domain/frequency-cap.js';

/** The class of the advisory locks that make capped intents of a channel wait for each other: any number, the same in every version. */
const CAP_LOCKS = 47_022;

/**
 * Lets nobody else intend anything on these channels until the transaction ends: of two windows with one contact the later
 * sees the intent of the earlier. In one order everywhere, so that two processes never wait in a circle.
 */
export async function lockCaps(db: Db, channels: Channel[]): Promise<void> {
  for (const channel of [...new Set(channels)].sort())
    await sql`select pg_advisory_xact_lock(${CAP_LOCKS}::int, hashtext(${channel}))`.execute(db);
}

/**
 * When a contact got what counts against caps on a channel, run `runId` itself left out: what the ledger says was sent or
 * may have been, and what other runs have in flight at this moment.
 */
function touches(
  contactId: RawBuilder<unknown>,
  runId: RawBuilder<unknown>,
  channel: RawBuilder<unknown>,
  now: RawBuilder<Date>,
) {
  return sql`
    select d.at from delivery d join run r on r.id = d.run_id
    where d.contact_id = ${contactId} and d.outcome in ('sent', 'in_doubt') and r.channel = ${channel} and r.id <> ${runId}
    union all
    select ${now} from in_flight f where f.contact_id = ${contactId} and f.run_id <> ${runId}`;
}

/**
 * The common table expression that `isCapped` reads: who is in flight on the channel, by run. Of a leased batch those are
 * the last hundred before its intent at most, without those that have come to an end.
 */
export function inFlight(channel: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`in_flight as materialized (
      select f.run_id, f.contact_id
      from (select b.run_id, unnest(b.contact_ids[greatest(1, b.intent_upto - 99) : b.intent_upto]) as contact_id
            from run_batch b join run r on r.id = b.run_id
            where b.state = 'leased' and r.channel = ${channel}
              and b.sent + b.failed + b.skipped + b.in_doubt + b.deferred < b.intent_upto) f
      where not exists (select from delivery d where d.run_id = f.run_id and d.contact_id = f.contact_id)
    )`;
}

/** Whether a contact has had as much as one of the caps allows. A message that is exactly a period old counts no more. */
export function isCapped(
  contactId: RawBuilder<unknown>,
  runId: RawBuilder<unknown>,
  channel: RawBuilder<unknown>,
  caps: readonly FrequencyCap[],
  now: RawBuilder<Date>,
): RawBuilder<boolean> {
  const each = caps.map(
    ({ most, withinMs }) =>
      sql`count(*) filter (where t.at > ${now} - ${withinMs}::bigint * interval '1 ms') >= ${most}::int`,
  );
  return sql`(select ${sql.join(each, sql` or `)} from (${touches(contactId, runId, channel, now)}) t)`;
}

/** How many messages a contact has had, within each of the caps. */
export async function countTouches(
  db: Db,
  { contactId, runId, channel }: { contactId: number; runId: number; channel: Channel },
  caps: readonly FrequencyCap[],
  now: RawBuilder<Date>,
): Promise<number[]> {
  if (caps.length === 0) return [];
  const counts = caps.map(
    ({ withinMs }) => sql`count(*) filter (where t.at > ${now} - ${withinMs}::bigint * interval '1 ms')`,
  );
  const { rows } = await sql<{ counts: number[] }>`
    with ${inFlight(sql`${channel}`)}
    select array[${sql.join(counts)}] as counts
    from (${touches(sql`${contactId}::bigint`, sql`${runId}::bigint`, sql`${channel}`, now)}) t`.execute(db);
  return rows[0]!.counts;
}
