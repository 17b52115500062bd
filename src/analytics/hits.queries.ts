import { type RawBuilder, sql } from 'kysely';
import { bigints } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import { prepared } from '../platform/prepared-statements.js';
import { countHours } from './analytics.queries.js';
import type { EngagementKind } from './domain/engagement.js';
import type { Judgement } from './domain/verdict.js';

/** A hit as it was heard of. */
export interface HeardHit {
  runId: number;
  contactId: number;
  number: number;
  at: Date;
  /** Empty where there was none; null once nobody may know. */
  userAgent: string | null;
  address: string | null;
  prefetch: boolean;
  /** Whether it came by one of Apple's relays. */
  relayed: boolean;
}

/** One message: of a run to a contact. */
export interface MessageKey {
  runId: number;
  contactId: number;
}

/** A kept hit of a message, or a message without one; only of runs whose ledger is still there. */
export interface KeptHit extends MessageKey {
  acceptedAt: Date | null;
  /** How many links of its content are counted. */
  links: number;
  /** Whether the contact is not there any more. */
  gone: boolean;
  /** Null where there is no hit. */
  place: number | null;
  number: number;
  at: Date;
  userAgent: string | null;
  prefetch: boolean;
  relayed: boolean;
  verdict: Judgement['verdict'];
  reason: Judgement['reason'];
}

/** The advisory lock under which messages are judged: any number, the same in every version. */
const JUDGING = 7_160_443;

/** Makes who judges messages take turns, over all processes: a judgement must know every hit that was heard of before. */
export async function lockJudging(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${JUDGING}::bigint)`.execute(db);
}

/** Hits that are written together, by whom, and which group of that writer they are, from 1. */
export interface HitGroup {
  writer: string;
  nth: number;
  hits: HeardHit[];
}

/**
 * Notes that a group is written, in the transaction that writes it; answers false where it was before, and only the answer to
 * its commit was lost. Only who holds the lock of judging does, so a commit under way is waited for. One row for each writer
 * is all that this costs; a new writer forgets those of which nothing was heard for a month.
 */
export async function noteGroup(db: Db, { writer, nth }: HitGroup, now: RawBuilder<Date>): Promise<boolean> {
  if (nth === 1) await sql`delete from hit_writer where at < ${now} - interval '30 days'`.execute(db);
  const { numAffectedRows } = await sql`${prepared}
    insert into hit_writer as w (id, groups, at) values (${writer}, ${nth}, ${now})
    on conflict (id) do update set groups = excluded.groups, at = excluded.at where w.groups < excluded.groups`.execute(
    db,
  );
  return numAffectedRows === 1n;
}

/** Everything kept about these messages, and when the provider took each. */
export async function keptHits(db: Db, messages: MessageKey[]): Promise<KeptHit[]> {
  const { rows } = await sql<KeptHit>`${prepared}
    with m as materialized (
      select * from unnest(${bigints(messages.map(({ runId }) => runId))}::bigint[],
                           ${bigints(messages.map(({ contactId }) => contactId))}::bigint[]) as m (run_id, contact_id)
    ), r as materialized (
      select r.id, (select count(*) from link l where l.campaign_id = r.campaign_id and l.content_version = r.content_version) as links
      from run r where r.id in (select run_id from m) and r.ledger_dropped_at is null
    )
    select m.run_id as "runId", m.contact_id as "contactId", d.at as "acceptedAt", r.links,
           not exists (select from contact c where c.id = m.contact_id) as gone, h.place, h.number, h.at, h.user_agent as "userAgent", h.prefetch, h.relayed, h.verdict, h.reason
    from m join r on r.id = m.run_id
    left join delivery d on d.run_id = m.run_id and d.contact_id = m.contact_id
    left join hit h on h.run_id = m.run_id and h.contact_id = m.contact_id
    order by h.place`.execute(db);
  return rows;
}

/** Up to so many messages of a campaign that were hit, after `after`; of runs whose ledger is still there. */
export async function hitMessages(db: Db, campaignId: number, after: MessageKey, most: number): Promise<MessageKey[]> {
  const { rows } = await sql<MessageKey>`
    select distinct h.run_id as "runId", h.contact_id as "contactId"
    from hit h join run r on r.id = h.run_id
    where r.campaign_id = ${campaignId} and r.ledger_dropped_at is null
      and (h.run_id, h.contact_id) > (${after.runId}, ${after.contactId})
    order by 1, 2 limit ${most}`.execute(db);
  return rows;
}

/** Adds hits, all in one statement. */
export async function insertHits(db: Db, hits: (HeardHit & Judgement & { place: number })[]): Promise<void> {
  if (hits.length === 0) return;
  await sql`${prepared}
    insert into hit (run_id, contact_id, place, number, at, user_agent, address, prefetch, relayed, verdict, reason)
    select * from unnest(
      ${bigints(hits.map(({ runId }) => runId))}::bigint[], ${bigints(hits.map(({ contactId }) => contactId))}::bigint[],
      ${bigints(hits.map(({ place }) => place))}::int[], ${bigints(hits.map(({ number }) => number))}::int[], ${hits.map(({ at }) => at.toISOString())}::timestamptz[],
      ${hits.map(({ userAgent }) => userAgent)}::text[], ${hits.map(({ address }) => address)}::text[],
      ${hits.map(({ prefetch }) => prefetch)}::boolean[], ${hits.map(({ relayed }) => relayed)}::boolean[], ${hits.map(({ verdict }) => verdict)}::hit_verdict[],
      ${hits.map(({ reason }) => reason)}::text[])`.execute(db);
}

/** Gives kept hits another verdict. Only who holds the lock of judging does, so nobody waits in a circle. */
export async function changeVerdicts(db: Db, changed: (MessageKey & Judgement & { place: number })[]): Promise<void> {
  if (changed.length === 0) return;
  await sql`
    update hit h set verdict = c.verdict, reason = c.reason
    from unnest(${bigints(changed.map(({ runId }) => runId))}::bigint[],
                ${bigints(changed.map(({ contactId }) => contactId))}::bigint[], ${bigints(changed.map(({ place }) => place))}::int[],
                ${changed.map(({ verdict }) => verdict)}::hit_verdict[], ${changed.map(({ reason }) => reason)}::text[])
         as c (run_id, contact_id, place, verdict, reason)
    where h.run_id = c.run_id and h.contact_id = c.contact_id and h.place = c.place`.execute(db);
}

/**
 * Takes back opens and clicks that rest on a hit now taken for a machine's: the fact has that hit's very time. What a
 * provider told has a time of its own, and stays.
 */
export async function takeBackFacts(db: Db, messages: MessageKey[], kinds: EngagementKind[]): Promise<void> {
  if (messages.length === 0) return;
  await sql`
    with gone as (
    delete from engagement e
    using unnest(${bigints(messages.map(({ runId }) => runId))}::bigint[],
                 ${bigints(messages.map(({ contactId }) => contactId))}::bigint[]) as m (run_id, contact_id)
    where e.run_id = m.run_id and e.contact_id = m.contact_id and e.kind = any(${kinds}::engagement_kind[])
      and exists (select from hit h where h.run_id = e.run_id and h.contact_id = e.contact_id and h.at = e.at
                  and h.verdict = 'machine')
    returning e.kind, e.at)
    ${countHours(sql`select kind, at, -1 as count from gone`)}`.execute(db);
}
