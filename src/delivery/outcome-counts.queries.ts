import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../platform/array-literal.js';
import type { Db } from '../platform/database.js';
import { countsClicks, countsOpens } from './counted.queries.js';
import type { RunRange } from './domain/ledger-ranges.js';
import type { Outcome } from './domain/outcome.js';
import type { BatchRecord } from './record.queries.js';

/**
 * Who counts. Each adds to rows of its own, so that no two that run at the same time wait for each other: a sender's
 * statements have numbers that nobody else has; of a run, what the engine does beside sending, and what corrects it later
 * (one at a time, under the run's lock).
 */
export const byEngine = (runId: RawBuilder<number> | number) => sql<number>`(-2 * (${runId})::bigint)`;
export const byCorrection = (runId: number) => sql<number>`(-2 * ${runId}::bigint - 1)`;

/**
 * Adds changes of the ledger to its counts, in the very statement that makes them: so they are there or not together, and
 * the counts are the ledger's at every instant. `changes` is a relation of run_id, at, outcome, reason and count, negative
 * for what is taken back from where it had been counted. In one order everywhere, and after the rows of batches.
 */
export const addedCounts = (changes: RawBuilder<unknown>, writer: RawBuilder<number>) => sql`
  , minutes as (
      insert into run_minute as m (run_id, minute, lane, sent, failed, skipped, in_doubt)
      select c.run_id, date_trunc('minute', c.at), ${writer}, ${of('sent')}, ${of('failed')}, ${of('skipped')}, ${of('in_doubt')}
      from ${changes} c group by 1, 2, 3 order by 1, 2, 3
      on conflict (run_id, minute, lane) do update set sent = m.sent + excluded.sent, failed = m.failed + excluded.failed,
        skipped = m.skipped + excluded.skipped, in_doubt = m.in_doubt + excluded.in_doubt
    ), hours as (
      insert into outcome_hour as h (hour, outcome, reason, writer, count, counting_opens, counting_clicks)
      select date_trunc('hour', c.at, 'UTC'), c.outcome, coalesce(c.reason, ''), ${writer}, sum(c.count),
        ${counting(countsOpens)}, ${counting(countsClicks)}
      from ${changes} c join run r on r.id = c.run_id group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (hour, outcome, reason, writer) do update set ${addedUp}
    )`;

const counting = (counts: RawBuilder<unknown>) =>
  sql`coalesce(sum(c.count) filter (where c.outcome = 'sent' and ${counts}), 0)`;

const addedUp = sql`count = h.count + excluded.count, counting_opens = h.counting_opens + excluded.counting_opens,
  counting_clicks = h.counting_clicks + excluded.counting_clicks`;

const of = (outcome: Outcome) => sql`coalesce(sum(c.count) filter (where c.outcome = ${sql.lit(outcome)}), 0)`;

/** The counts of a record: a row for each outcome and reason, not for each recipient. */
export function countsOf(records: BatchRecord[], now: RawBuilder<Date>, writer: number): RawBuilder<unknown> {
  const counts = records.flatMap((record, index) => tallied(record).map((tally) => ({ n: index + 1, ...tally })));
  if (counts.length === 0) return sql``;
  return sql`, changes as materialized (
      select f.run_id, ${now} as at, x.outcome, x.reason, x.count
      from unnest(${bigints(counts.map(({ n }) => n))}::bigint[],
                  ${texts(counts.map(({ outcome }) => outcome))}::outcome[],
                  ${texts(counts.map(({ reason }) => reason))}::text[],
                  ${bigints(counts.map(({ count }) => count))}::bigint[]) as x (n, outcome, reason, count)
      join fence f on f.n = x.n
    ) ${addedCounts(sql`changes`, sql<number>`${writer}::bigint`)}`;
}

interface Tally {
  outcome: Outcome;
  reason: string | null;
  count: number;
}

function tallied({ settlements }: BatchRecord): Tally[] {
  const unsent = new Map<string, Tally>();
  let sent = 0;
  for (const settlement of settlements) {
    if (settlement.kind === 'deferred') continue;
    // Nearly all are: they need no key.
    if (settlement.kind === 'sent') {
      sent += 1;
      continue;
    }
    const { kind: outcome, reason } = settlement;
    const key = `${outcome} ${reason}`;
    const tally = unsent.get(key);
    if (tally) tally.count += 1;
    else unsent.set(key, { outcome, reason, count: 1 });
  }
  return [...(sent > 0 ? [{ outcome: 'sent' as const, reason: null, count: sent }] : []), ...unsent.values()];
}

/**
 * Puts what senders counted in hours that are over into one row for each outcome and reason. Senders count only in the present
 * hour, and corrections under numbers of their own, so that nobody waits.
 */
export async function mergeHours(db: Db, now: RawBuilder<Date>): Promise<void> {
  await sql`
    with merged as (
      delete from outcome_hour where hour < ${now} - interval '2 hours' and writer > 0
      returning hour, outcome, reason, count, counting_opens, counting_clicks
    )
    insert into outcome_hour as h (hour, outcome, reason, writer, count, counting_opens, counting_clicks)
    select hour, outcome, reason, 0, sum(count), sum(counting_opens), sum(counting_clicks)
    from merged group by 1, 2, 3 order by 1, 2, 3
    on conflict (hour, outcome, reason, writer) do update set ${addedUp}`.execute(db);
}

/** Deletes up to ten thousand minutes of these runs, and answers how many. */
export async function deleteMinutes(db: Db, { from, before }: RunRange): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from run_minute where ctid = any(array(
      select ctid from run_minute where run_id >= ${from} and run_id < ${before}
      order by run_id, minute, lane limit 10000 for update))`.execute(db);
  return Number(numAffectedRows);
}
