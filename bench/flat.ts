import type { Client } from 'pg';
import { keep, median, perSecond } from './figures.js';
import type { Options } from './options.js';
import { campanile, makeContacts, sendToAll } from './rounds.js';
import { type BenchServer, connect, openServer, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const ROWS = 50_000_000;
/** Recipients of each run that is past. */
const PAST_AUDIENCE = 1_000_000;
const RECIPIENTS = 200_000;
const ROUNDS = 5;
/** The first run that is not past; its number lies in the same partition. */
const FIRST_RUN = 1_000;

/** The same application on a ledger of its own. */
interface Side {
  db: Client;
  team: Member[];
  rates: number[];
}

/** Deliveries a second into a ledger of many millions of rows, beside those into an empty one, in turns. */
export function benchFlat(options: Options): Promise<void> {
  return tidily((later) => flat(options, later));
}

async function flat({ numbers }: Options, later: Later): Promise<void> {
  const { rows = ROWS, recipients = RECIPIENTS, rounds = ROUNDS, processes = 1 } = numbers;
  const server = await openServer(later);
  const empty = await openSide(server, 'flat_empty', { rows: 0, recipients, processes }, later);
  const full = await openSide(server, 'flat_full', { rows, recipients, processes }, later);
  console.log(
    `flat, ${perSecond(rows)} ledger rows, ${perSecond(recipients)} recipients, ${processes} ${processes === 1 ? 'process' : 'processes'}, median of ${rounds} rounds in turns`,
  );
  for (let round = 0; round < rounds; round += 1)
    for (const side of round % 2 ? [full, empty] : [empty, full]) {
      await prepare(side, side === empty);
      side.rates.push(recipients / (await sendToAll(side.db, side.team, recipients)).send);
    }
  const [before, after] = [median(empty.rates), median(full.rates)];
  console.log(`  empty ledger  ${perSecond(before)} deliveries/s   (${empty.rates.map(perSecond).join(', ')})`);
  console.log(`  full ledger   ${perSecond(after)} deliveries/s   (${full.rates.map(perSecond).join(', ')})`);
  console.log(`  ratio         ${((after / before) * 100).toFixed(0)} %`);
  keep('flat', { rows, recipients, processes, empty: empty.rates, full: full.rates, ratio: after / before });
}

async function openSide(
  server: BenchServer,
  name: string,
  { rows, recipients, processes }: { rows: number; recipients: number; processes: number },
  later: Later,
): Promise<Side> {
  const databaseUrl = await server.migrated(name);
  const db = await connect(databaseUrl, later);
  await makeContacts(db, recipients);
  await fill(db, rows);
  await db.query(`select setval(pg_get_serial_sequence('run', 'id'), $1)`, [FIRST_RUN]);
  const plan = { databaseUrl, intervals: false };
  return { db, team: await startTeam(processes, campanile, plan, later), rates: [] };
}

/** Past runs, each to the same million contacts: the recipients to come have history among them, as in a real ledger. */
async function fill(db: Client, rows: number): Promise<void> {
  for (let run = 1, left = rows; left > 0; run += 1, left -= PAST_AUDIENCE)
    await db.query(
      `insert into delivery (run_id, contact_id, outcome, reason, attempts, provider_message_id, at)
       select $1::int, n, 'sent', null, 1, null, now() - $1::int * interval '1 hour' from generate_series(1, $2::int) n`,
      [run, Math.min(left, PAST_AUDIENCE)],
    );
  await db.query('vacuum analyze delivery');
}

/** Empties the ledger that is to be empty; the other keeps what came on top, some hundred thousand rows. */
async function prepare({ db }: Side, ledgerIsEmpty: boolean): Promise<void> {
  await db.query(`truncate run_batch, run_minute${ledgerIsEmpty ? ', delivery' : ''}`);
  await settle(db);
}
