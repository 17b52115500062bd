import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { CreateCampaign } from '../src/campaigns/campaigns.dto.js';
import { keep, median, ms, perSecond } from './figures.js';
import type { Options } from './options.js';
import { campanile, makeContacts, seconds, shortMessage } from './rounds.js';
import { connect, openServer, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const CONTACTS = 10_000_000;
const FEW = 10;
const ROUNDS = 5;
/** How long before its instant a campaign is made, so that every process knows of it in time. */
const AHEAD_MS = 3_000;
const GIVE_UP_MS = 120_000;

/** How soon a run to millions has its first delivery in the ledger, and how a run to ten fares beside it. */
export function benchFirstMessage(options: Options): Promise<void> {
  return tidily((later) => firstMessage(options, later));
}

async function firstMessage({ numbers }: Options, later: Later): Promise<void> {
  const { contacts = CONTACTS, rounds = ROUNDS, processes = 1 } = numbers;
  const server = await openServer(later);
  const databaseUrl = await server.migrated('first_message');
  const db = await connect(databaseUrl, later);
  const making = await seconds(() => makeContacts(db, contacts));
  const segment = await makeSegment(db);
  await settle(db);
  const team = await startTeam(processes, campanile, { databaseUrl, intervals: true }, later);

  console.log(
    `first message, ${perSecond(contacts)} contacts (made in ${making.toFixed(0)} s), ${processes} ${processes === 1 ? 'process' : 'processes'}`,
  );
  const large = await schedule(team, {});
  const first = await msUntil(db, large, 'exists (select from delivery d where d.run_id = r.id)');
  console.log(`  first delivery of the large run   ${ms(first)} after its instant`);
  const small: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const id = await schedule(team, { target_segment: segment });
    small.push(await msUntil(db, id, `r.status = 'completed'`));
  }
  const { rows } = await db.query('select status, frozen from run where campaign_id = $1', [large]);
  const beside = rows[0].status === 'processing';
  console.log(
    `  run of ${FEW} beside it completed    ${ms(median(small))} after its instant, median of ${rounds} (${small.map(ms).join(', ')})`,
  );
  if (!beside) console.log('  the large run ended before the small ones did: take more contacts');
  keep('first-message', { contacts, processes, firstMs: first, smallMs: small, beside });
  await team[0]!.ask('cancel', large);
}

async function makeSegment(db: Client): Promise<string> {
  const name = 'Ten of them';
  await db.query(
    `with made as (insert into segment (name) values ($1) returning id)
     insert into segment_member (segment_id, contact_id)
     select made.id, c.id from made, (select id from contact order by id desc limit $2) c`,
    [name, FEW],
  );
  return name;
}

async function schedule(team: Member[], to: Pick<CreateCampaign, 'target_segment'>): Promise<number> {
  const schedule_time = new Date(Date.now() + AHEAD_MS).toISOString();
  const campaign = { name: 'Bench', type: 'one_time', schedule_time, ...shortMessage, ...to };
  return (await team[0]!.ask<number[]>('create', [campaign]))[0]!;
}

/** Looks until the run of a campaign has come so far; milliseconds since its instant, by the database's clock. */
async function msUntil(db: Client, campaign: number, condition: string): Promise<number> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const { rows } = await db.query(
      `select extract(epoch from clock_timestamp() - r.scheduled_for)::float8 * 1000 as since
       from run r where r.campaign_id = $1 and ${condition}`,
      [campaign],
    );
    if (rows[0]) return rows[0].since;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${condition}`);
    await delay(2);
  }
}
