import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Usage } from './campanile.js';
import { keep, ms, perSecond, quantile } from './figures.js';
import type { Options } from './options.js';
import { campanile, seconds } from './rounds.js';
import { connect, openServer } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const CAMPAIGNS = 1_000;
const RUNS = 100_000;
const OPEN_RUNS = 20;
const BATCHES_OF_OPEN_RUN = 1_000;
const BATCH_SIZE = 500;
/** Senders' statements that counted at the same time in the hours whose counts are not merged yet. */
const WRITERS = 4;
const DELIVERIES = 1_000_000;
const ROUNDS = 200;
const WARM_UP = 20;
/** The runs that have the deliveries: those of the ledger's first partition. */
const RUNS_WITH_LEDGER = 9_000;

/** How soon `GET /overview` answers over HTTP when years of use lie behind it. */
export function benchOverview(options: Options): Promise<void> {
  return tidily((later) => overview(options, later));
}

async function overview({ numbers }: Options, later: Later): Promise<void> {
  const { deliveries = DELIVERIES, rounds = ROUNDS } = numbers;
  const server = await openServer(later);
  const databaseUrl = await server.migrated('overview');
  const db = await connect(databaseUrl, later);
  const making = await seconds(() => fill(db, deliveries));
  const [member] = (await startTeam(1, campanile, { databaseUrl, intervals: false }, later)) as [Member];
  const url = `http://127.0.0.1:${await member.ask<number>('listen')}/overview`;
  const authorization = `Bearer ${await member.ask<string>('key', 'read')}`;
  console.log(
    `overview, ${perSecond(CAMPAIGNS)} campaigns, ${perSecond(RUNS)} runs (${OPEN_RUNS} open), ${perSecond(deliveries)} deliveries (made in ${making.toFixed(0)} s)`,
  );
  const cpuSeconds = async () => (await member.ask<Usage>('usage')).cpuSeconds;
  const figures: Record<string, object> = {};
  for (const period of ['24h', '7d', '30d']) {
    const took: number[] = [];
    let bytes = 0;
    let [application, database] = [0, 0];
    for (let round = -WARM_UP; round < rounds; round += 1) {
      if (round === 0) [application, database] = [await cpuSeconds(), server.cpuSeconds()];
      const begun = performance.now();
      const answer = await fetch(`${url}?period=${period}`, { headers: { authorization } });
      bytes = (await answer.text()).length;
      if (answer.status !== 200) throw new Error(`the overview answered ${answer.status}`);
      if (round >= 0) took.push(performance.now() - begun);
      await delay(5);
    }
    const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)];
    const applicationMs = (((await cpuSeconds()) - application) * 1000) / rounds;
    const databaseMs = ((server.cpuSeconds() - database) * 1000) / rounds;
    figures[period] = { p50, p99, bytes, applicationMs, databaseMs };
    console.log(
      `  ${period.padEnd(4)} p50 ${ms(p50)}, p99 ${ms(p99)}, ${perSecond(bytes)} bytes; processor ${ms(applicationMs)} application + ${ms(databaseMs)} database`,
    );
  }
  keep('overview', { campaigns: CAMPAIGNS, runs: RUNS, deliveries, rounds, ...figures });
}

/** Campaigns, runs and counts as two months of use leave them behind, open runs that are half through, and a ledger. */
async function fill(db: Client, deliveries: number): Promise<void> {
  const open = `n > ${RUNS - OPEN_RUNS}`;
  const statements = [
    `set session_replication_role = replica`,
    `insert into campaign (name, type, status, message, anchor_at, anchor_local, time_zone, frequency, next_run_at)
     select 'Campaign ' || n, 'recurring', 'pending', repeat('Hello. ', 500), now() - interval '60 days',
            to_char(now() - interval '60 days', 'YYYY-MM-DD"T"HH24:00:00'), 'Europe/Berlin',
            (array['hourly', 'daily', 'weekly', 'monthly'])[n % 4 + 1]::frequency, now() + (n % 160 + 1) * interval '1 hour'
     from generate_series(1, ${CAMPAIGNS}) n`,
    `insert into run (campaign_id, scheduled_for, status, channel, provider, message, format, content_version, on_doubt,
                      frozen, audience_size, sent, opened_at, expires_at, finished_at, reconciled_at)
     select n % ${CAMPAIGNS} + 1, t.at, case when ${open} then 'processing' else 'completed' end, 'email', 'smtp',
            repeat('Hello. ', 100), 'text', 1, 'hold', true, case when ${open} then 0 else 100 end,
            case when ${open} then 0 else 100 end, t.at, t.at + interval '3 days',
            case when ${open} then null else t.at end, case when ${open} then null else t.at end
     from generate_series(1, ${RUNS}) n, lateral (select now() - (${RUNS} - n) * interval '51 seconds' as at) t`,
    `insert into run_minute (run_id, minute, lane, sent, failed, skipped, in_doubt)
     select n, date_trunc('minute', now() - (${RUNS} - n) * interval '51 seconds'), 1, 100, 0, 0, 0
     from generate_series(1, ${RUNS}) n`,
    `insert into run_batch (run_id, contact_ids, size, due_at, state, intent_upto, sent)
     select r, array_fill(1::bigint, array[${BATCH_SIZE}]), ${BATCH_SIZE}, now(), case when b.sent > 0 then 'done' else 'ready' end,
            b.sent, b.sent
     from generate_series(${RUNS - OPEN_RUNS + 1}, ${RUNS}) r,
          (select b, case when b % 2 = 0 then ${BATCH_SIZE} else 0 end as sent from generate_series(1, ${BATCHES_OF_OPEN_RUN}) b) b`,
    `insert into outcome_hour (hour, outcome, reason, writer, count)
     select date_trunc('hour', now(), 'UTC') - h * interval '1 hour', o.outcome::outcome, o.reason, w, 1000
     from generate_series(0, 1440) h, generate_series(1, case when h < 3 then ${WRITERS} else 1 end) w,
          (values ('sent', ''), ('skipped', 'unsubscribed'), ('failed', 'smtp_550'), ('failed', 'smtp_552'),
                  ('failed', 'attempts_exhausted')) o (outcome, reason)`,
    `insert into engagement_hour (hour, kind, count)
     select date_trunc('hour', now(), 'UTC') - h * interval '1 hour', k::engagement_kind, 500
     from generate_series(0, 1440) h, unnest(array['opened', 'clicked']) k`,
    `insert into delivery (run_id, contact_id, outcome, attempts, at)
     select n % ${RUNS_WITH_LEDGER} + 1, n, 'sent', 1, now() from generate_series(1, ${deliveries}) n`,
    `set session_replication_role = origin`,
    'vacuum analyze',
  ];
  for (const statement of statements) await db.query(statement);
}
