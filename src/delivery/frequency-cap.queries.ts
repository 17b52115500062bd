import { type RawBuilder, sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { Db } from '../platform/database.js';
import type { FrequencyCap } from './domain/frequency-cap.js';

/** The class of the advisory locks that make capped intents of a channel wait for each other: any number, the same in every version. */
const CAP_LOCKS = 47_022;

/**
 * Lets nobody else intend anything on these channels until the transaction ends: of two windows with one contact the later
 * sees the intent of the earlier. In this schema only, for a simulation plays in another. In one order everywhere, so that two processes never wait in a circle.
 */
export async function lockCaps(db: Db, channels: Channel[]): Promise<void> {
  for (const channel of [...new Set(channels)].sort())
    await sql`select pg_advisory_xact_lock(${CAP_LOCKS}::int, hashtext(current_schema() || ' ' || ${channel}))`.execute(
      db,
    );
}

/** What of a contact a cap is asked about: on which channel, run `runId` itself left out. */
interface Asked {
  contactId: RawBuilder<unknown>;
  runId: number;
  channel: Channel;
}

/**
 * The common table expression that the counts read: which of these contacts other runs have in flight, and how many. Of a
 * leased batch those are the last hundred before its intent at most, without those that have come to an end or wait for
 * another try; who waits for a repeat and may have been reached counts, too. One object, since a row for each would be looked through again for each contact.
 */
export function inFlight({ contactId, runId, channel }: Asked): RawBuilder<unknown> {
  return sql`in_flight as materialized (
      select coalesce(jsonb_object_agg(contact_id, runs), '{}') as by_contact
      from (select f.contact_id, count(distinct f.run_id) as runs
            from (select b.run_id, b.seq,
                         unnest(b.contact_ids[greatest(1, b.intent_upto - 99) : b.intent_upto]) as contact_id
                  from run_batch b join run r on r.id = b.run_id
                  where b.state = 'leased' and r.channel = ${channel} and b.run_id <> ${runId}
                    and b.sent + b.failed + b.skipped + b.in_doubt + b.deferred < b.intent_upto
                  union all
                  select b.run_id, b.seq, unnest(b.contact_ids[b.intent_upto + 1 : b.size])
                  from run_batch b join run r on r.id = b.run_id
                  where b.doubtful and b.state <> 'done' and r.channel = ${channel} and b.run_id <> ${runId}) f
            where f.contact_id in (${contactId})
              and not exists (select from delivery d where d.run_id = f.run_id and d.contact_id = f.contact_id)
              and not exists (select from run_batch c
                              where c.run_id = f.run_id and c.parent_seq = f.seq and f.contact_id = any(c.contact_ids))
            group by f.contact_id) f
    )`;
}

/**
 * How many messages a contact has had within each of the caps, as fragments to select from `touchesOf`: what the ledger says
 * was sent or may have been, and what is in flight. A message that is exactly a period old counts no more.
 */
function counts(contactId: RawBuilder<unknown>, caps: readonly FrequencyCap[], now: RawBuilder<Date>) {
  return caps.map(
    ({ withinMs }) => sql`count(*) filter (where t.at > ${now} - ${withinMs}::bigint * interval '1 ms')
      + coalesce(((select by_contact from in_flight) ->> (${contactId})::text)::int, 0)`,
  );
}

function touchesOf({ contactId, runId, channel }: Asked): RawBuilder<unknown> {
  return sql`
    (select d.at from delivery d join run r on r.id = d.run_id
     where d.contact_id = ${contactId} and d.outcome in ('sent', 'in_doubt') and r.channel = ${channel} and r.id <> ${runId}) t`;
}

/** Whether a contact has had as much as one of the caps allows. */
export function isCapped(asked: Asked, caps: readonly FrequencyCap[], now: RawBuilder<Date>): RawBuilder<boolean> {
  const each = counts(asked.contactId, caps, now).map((count, index) => sql`${count} >= ${caps[index]!.most}::int`);
  return sql`(select ${sql.join(each, sql` or `)} from ${touchesOf(asked)})`;
}

/** How many messages a contact has had, within each of the caps. */
export async function countTouches(
  db: Db,
  of: { contactId: number; runId: number; channel: Channel },
  caps: readonly FrequencyCap[],
  now: RawBuilder<Date>,
): Promise<number[]> {
  if (caps.length === 0) return [];
  const asked = { ...of, contactId: sql`${of.contactId}::bigint` };
  const { rows } = await sql<{ counts: number[] }>`
    with ${inFlight({ ...asked, contactId: sql`select ${of.contactId}::bigint` })}
    select array[${sql.join(counts(asked.contactId, caps, now))}] as counts from ${touchesOf(asked)}`.execute(db);
  return rows[0]!.counts;
}

/**
 * The contacts who have had as much on a channel as one of the caps allows, as a relation with the column `contact_id`: by
 * the ledger, since what is in flight at this moment is a window or two. Read the other way round than for a window, once
 * through what was sent in the longest period, because an audience of millions asks for it.
 */
export function cappedContacts(
  channel: Channel,
  caps: readonly FrequencyCap[],
  now: RawBuilder<Date>,
): RawBuilder<unknown> {
  const since = (withinMs: number) => sql`${now} - ${withinMs}::bigint * interval '1 ms'`;
  const reached = caps.map(
    ({ most, withinMs }) => sql`count(*) filter (where d.at > ${since(withinMs)}) >= ${most}::int`,
  );
  const longest = Math.max(...caps.map(({ withinMs }) => withinMs));
  return sql`
    select d.contact_id from delivery d join run r on r.id = d.run_id
    where r.channel = ${channel} and d.outcome in ('sent', 'in_doubt') and d.at > ${since(longest)}
      and (r.finished_at is null or r.finished_at > ${since(longest)})
    group by d.contact_id having ${sql.join(reached, sql` or `)}`;
}
