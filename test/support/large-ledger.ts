import type { Client } from 'pg';

/** Finished runs with a ledger, then those that only are rows, then open ones. */
export const PAST_RUNS = 10;
export const OPEN_RUNS = 60;
export const ALL_RUNS = 2_000;
/** The first of the open runs, which are the last. */
export const FIRST_OPEN = ALL_RUNS - OPEN_RUNS + 1;
/** A run the audience of which is still being frozen. */
export const UNFROZEN = ALL_RUNS;
export const CONTACTS = 1_000_000;
const DONE_BATCHES = 19_000;

/**
 * Fills a database as years of use would: a million contacts, a million deliveries, twenty thousand batches, two thousand
 * campaigns with a run each. Of every open run one batch is leased (the first run's lease ran out), eight are due and eight
 * come later.
 */
export async function fillLedger(client: Client): Promise<void> {
  const statements = [
    // Two foreign keys of every membership would be looked up one by one.
    `set session_replication_role = replica`,
    `insert into contact (email, first_name)
     select lpad(n::text, 7, '0') || '@example.com', 'Name' || n from generate_series(1, ${CONTACTS}) n`,
    `insert into segment (name) values ('half')`,
    `insert into segment_member (segment_id, contact_id) select 1, n from generate_series(2, 400000, 2) n`,
    `insert into campaign (name, type, status, message, anchor_at, anchor_local, frequency, overlap, next_run_at)
     select 'Campaign ' || n, 'recurring', 'pending', 'Hi', now(), '2026-01-01T00:00:00', 'daily',
            case when n % 5 = 0 then 'queue' else 'skip' end, now() + (n - 20) * interval '1 minute'
     from generate_series(1, ${ALL_RUNS}) n`,
    `insert into run (campaign_id, scheduled_for, status, channel, provider, message, format, content_version, on_doubt,
                      frozen, audience_through, audience_size, sent, opened_at, expires_at, finished_at, reconciled_at)
     select n, now(), case when n < ${FIRST_OPEN} then 'completed' else 'processing' end, 'email', 'smtp', 'Hi', 'text', 1,
            'hold', n <> ${UNFROZEN}, ${CONTACTS}, case when n <= ${PAST_RUNS} then 100000 else 0 end,
            case when n <= ${PAST_RUNS} then 100000 else 0 end, now() - interval '1 day', now() + interval '1 day',
            case when n < ${FIRST_OPEN} then now() - interval '1 hour' end,
            case when n < ${FIRST_OPEN - 50} then now() end
     from generate_series(1, ${ALL_RUNS}) n`,
    `insert into delivery (run_id, contact_id, outcome, attempts, at)
     select (n - 1) / 100000 + 1, n, case when n % 50 = 0 then 'failed'::outcome else 'sent' end, 1, now()
     from generate_series(1, ${CONTACTS}) n`,
    `insert into delivery_attempt (run_id, contact_id, attempt, at, code, transient)
     select (n - 1) / 100000 + 1, n, 1, now(), 'smtp_550', false from generate_series(50, ${CONTACTS}, 50) n`,
    // As many ids as there are recipients would only make the filling longer: a batch of past runs has fifty.
    `insert into run_batch (run_id, contact_ids, size, due_at, state, intent_upto, sent)
     select n % ${PAST_RUNS} + 1, array(select generate_series(n * 50 + 1, n * 50 + 50))::bigint[], 50, now(), 'done', 50, 50
     from generate_series(1, ${DONE_BATCHES}) n`,
    `insert into run_batch (run_id, contact_ids, size, due_at, state, intent_upto, epoch, owner, lease_until)
     select r, array(select generate_series(b * 1000 + r, b * 1000 + r + 499))::bigint[], 500,
            now() + (b - 9) * interval '1 minute', case when b = 1 then 'leased' else 'ready' end,
            case when b = 1 then 100 else 0 end, case when b = 1 then 1 else 0 end, case when b = 1 then 'me' end,
            case when b = 1 then now() + case when r = ${FIRST_OPEN} then -1 else 1 end * interval '1 minute' end
     from generate_series(${FIRST_OPEN}, ${ALL_RUNS}) r, generate_series(1, 17) b`,
    `set session_replication_role = origin`,
    'analyze',
  ];
  for (const statement of statements) await client.query(statement);
}
