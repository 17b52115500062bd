import type { Client } from 'pg';
import { until } from '../chaos/deadline.js';
import { type Finding, finding } from './judgement.js';

const OPEN = `
  select (select count(*)::int from run where finished_at is null)
       + (select count(*)::int from campaign where next_run_at <= now() and status in ('pending', 'processing'))
       + (select count(*)::int from import where finished_at is null) as open`;

/** Waits until nothing is under way. Throws an Overdue. */
export async function settle(db: Client): Promise<void> {
  await until(
    'every run and import is at its end',
    60_000,
    async () => (await db.query<{ open: number }>(OPEN)).rows[0]?.open,
    (open) => open === 0,
  );
}

/** Holds batches, ledger, counters and the mail server's own count against each other, by rows and nothing of the product's. */
export async function reckon(db: Client, taken: ReadonlyMap<string, number>): Promise<Finding[]> {
  const { rows: ledger } = await db.query<{ name: string }>(
    `select run_id || '.' || contact_id as name from delivery where outcome = 'sent'`,
  );
  const { rows: unbalanced } = await db.query(`
    select r.id from run r
    left join lateral (select coalesce(sum(cardinality(contact_ids)), 0) as members from run_batch
                       where run_id = r.id and parent_seq is null) b on true
    left join lateral (select count(*) as outcomes, count(*) filter (where outcome = 'sent') as sent from delivery
                       where run_id = r.id) d on true
    where r.status = 'completed' and (r.audience_size, r.sent, b.members) is distinct from (d.outcomes, d.sent, d.outcomes)`);
  const { rows: others } = await db.query(`select 1 from delivery where outcome <> 'sent'`);
  const sent = new Set(ledger.map(({ name }) => name));
  const none = (what: string, count: number): Finding => finding(what, count, 0);
  return [
    none('runs that do not add up:', unbalanced.length),
    none('recipients who ended other than sent:', others.length),
    none('sent, but never taken by the mail server:', [...sent].filter((name) => !taken.has(name)).length),
    none('taken by the mail server, but not sent:', [...taken.keys()].filter((name) => !sent.has(name)).length),
    none('taken more than once:', [...taken.values()].filter((copies) => copies > 1).length),
  ];
}
