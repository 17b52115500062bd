import { expect } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { TestApp } from './app.js';
import { latestRun, makeCampaign } from './factories.js';

const gates: (() => void)[] = [];

/** A promise that a test opens when it is time: what waits for it stays in flight. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  gates.push(open);
  return { opened, open };
}

/** Opens every gate, so that a test which failed before it could leaves nothing in flight. */
export function openGates(): void {
  for (const open of gates.splice(0)) open();
}

/** Looks again and again until what is seen holds, and answers it; after the deadline throws what it saw last. */
export async function eventually<Seen>(
  look: () => Promise<Seen> | Seen,
  holds: (seen: Seen) => boolean = Boolean,
  withinMs = 15_000,
): Promise<Seen> {
  for (const deadline = performance.now() + withinMs; ; await pause(5)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`still not so: ${holds}; seen: ${JSON.stringify(seen)}`);
  }
}

/** How many statements on the application's database wait for a lock of somebody else. */
export const blocked = async (app: TestApp): Promise<number> =>
  (await app.sql(sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))
    .length;

/** Waits until so many messages have been handed to the provider of a channel. */
export const handedOver = (app: TestApp, count: number, channel: 'email' | 'sms' = 'email') =>
  eventually(
    () => app.providers[channel].messages.length,
    (length) => length >= count,
  );

/** Makes a campaign due now, carries it out, and answers its run. */
export async function carryOut(app: TestApp, overrides: Record<string, unknown> = {}) {
  const campaign = await makeCampaign(app, overrides);
  await app.tick();
  return latestRun(app, campaign.id);
}

/** The counts of a run, as the API shows them. */
export async function countsOf(app: TestApp, runId: number) {
  const { audience, pending, sent, failed, skipped, in_doubt } = (await app.request('GET', `/runs/${runId}`)).body;
  return { audience, pending, sent, failed, skipped, in_doubt };
}

/** Asserts `audience = pending + sent + failed + skipped + in_doubt`. */
export function expectIdentity(run: Record<string, unknown>): void {
  const { audience, pending, sent, failed, skipped, in_doubt } = run as Record<string, number>;
  const known = { pending, sent, failed, skipped, in_doubt } as Record<string, number>;
  expect({ ...known, audience: Object.values(known).reduce((sum, count) => sum + count, 0) }).toEqual({
    ...known,
    audience,
  });
}

/** Asserts that the counters of a run agree with its ledger, also minute by minute, and that both add up. */
export async function expectBalanced(app: TestApp, runId: number): Promise<void> {
  const { body } = await app.request('GET', `/runs/${runId}/reconciliation`);
  expect(body).toMatchObject({ balanced: true, differences: [] });
  const differing = await app.sql(sql`
    select minute, outcome, sum(counted) as counted, sum(ledger) as ledger from (
      select m.minute, o.outcome, o.count as counted, 0 as ledger from run_minute m,
        lateral (values ('sent', m.sent), ('failed', m.failed), ('skipped', m.skipped), ('in_doubt', m.in_doubt)) o (outcome, count)
      where m.run_id = ${runId}
      union all
      select date_trunc('minute', at), outcome::text, 0, 1 from delivery where run_id = ${runId}) c
    group by minute, outcome having sum(counted) <> sum(ledger)`);
  expect(differing).toEqual([]);
}

/** One recipient's line of the ledger. */
export interface Line {
  email: string | null;
  contact_id: number;
  outcome: string;
  reason: string | null;
  attempts: number;
  failed_attempts: Record<string, unknown>[];
}

/** The ledger of a run by email address, through the API. */
export async function ledgerOf(app: TestApp, runId: number): Promise<Record<string, Line>> {
  const { body } = await app.request('GET', `/runs/${runId}/deliveries?limit=200`);
  return Object.fromEntries((body as Line[]).map((line) => [line.email ?? line.contact_id, line]));
}

/** The batches of a run in the order they were made. */
export const batchesOf = (app: TestApp, runId: number) =>
  app.sql(
    sql<Batch>`select seq, parent_seq, contact_ids, size, attempt, due_at, state, owner, epoch, flush, intent_upto,
                 sent, failed, skipped, in_doubt, deferred, crashes, doubtful from run_batch where run_id = ${runId} order by seq`,
  );

/** A row of `run_batch`. */
export interface Batch {
  seq: number;
  parent_seq: number | null;
  contact_ids: number[];
  size: number;
  attempt: number;
  due_at: Date;
  state: string;
  owner: string | null;
  epoch: number;
  flush: number;
  intent_upto: number;
  sent: number;
  failed: number;
  skipped: number;
  in_doubt: number;
  deferred: number;
  crashes: number;
  doubtful: boolean;
}
