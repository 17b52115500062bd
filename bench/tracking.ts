import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { keep, ms, perSecond, quantile } from './figures.js';
import type { Options } from './options.js';
import { campanile, dueNow, makeContacts } from './rounds.js';
import { connect, openServer } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';
import type { Load } from './tracking-load.js';

const CONTACTS = 50_000;
const SECONDS = 10;
const RATE = 1_000;
/** What a run that goes on beside the hits is made of: this many times the contacts. */
const BESIDE = 20;
const PATIENCE_MS = 60_000;

const offers = {
  subject: 'Offers',
  message: `<p>Hi {{ first_name }}</p>${['a', 'b', 'c'].map((name) => `<a href="https://shop.example/${name}">${name}</a>`).join(' ')}`,
};

/** Pixels and links of one process: as fast as it answers, and how soon at a thousand a second beside a running send. */
export function benchTracking(options: Options): Promise<void> {
  return tidily((later) => tracking(options, later));
}

async function tracking({ numbers }: Options, later: Later): Promise<void> {
  const { contacts = CONTACTS, seconds = SECONDS } = numbers;
  const databaseUrl = await (await openServer(later)).migrated('tracking');
  const db = await connect(databaseUrl, later);
  await makeContacts(db, contacts);
  const [member] = (await startTeam(1, campanile, { databaseUrl, intervals: false }, later)) as [Member];
  const [load] = (await startTeam(1, new URL('./tracking-load.js', import.meta.url), null, later)) as [Member];
  const port = await member.ask<number>('listen');
  await member.ask('create', [{ ...dueNow(offers), format: 'html' }]);
  await member.ask('freeze');
  await member.ask('send');
  const { rows } = await db.query<{ id: number }>('select max(id)::int as id from run');
  const paths = await member.ask<string[]>('hits', rows[0]!.id, contacts);

  const flood = await load.ask<Load>('flood', port, paths);
  await expectKept(db, contacts);
  await db.query('truncate hit, engagement');
  await makeContacts(db, contacts * (BESIDE - 1), contacts);
  await member.ask('create', [{ ...dueNow(offers), format: 'html' }]);
  await member.ask('freeze');
  const sending = member.ask('send');
  const paced = paths.slice(0, seconds * RATE);
  const pace = await load.ask<Load>('pace', port, paced, RATE);
  await expectKept(db, paced.length);
  await sending;

  const figures = {
    contacts,
    hitsPerSecond: contacts / flood.seconds,
    flood: latencies(flood),
    pace: { ...latencies(pace), perSecond: paced.length / pace.seconds },
  };
  console.log(`tracking, ${perSecond(contacts)} hits, each kept and counted once`);
  console.log(`  ${perSecond(figures.hitsPerSecond)} a second, p99 ${ms(figures.flood.p99)}`);
  console.log(
    `  at ${perSecond(RATE)} a second beside a running send: p50 ${ms(figures.pace.p50)}, p99 ${ms(figures.pace.p99)}`,
  );
  keep('tracking', figures);
}

const latencies = ({ milliseconds }: Load) => ({
  p50: quantile(milliseconds, 0.5),
  p99: quantile(milliseconds, 0.99),
  most: quantile(milliseconds, 1),
});

/** Every hit that was answered is there in the end, and none twice. */
async function expectKept(db: Client, expected: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await db.query<{ kept: number }>('select count(*)::int as kept from hit');
    if (rows[0]!.kept === expected) return;
    if (rows[0]!.kept > expected || performance.now() > deadline)
      throw new Error(`${rows[0]!.kept} hits are kept instead of ${expected}`);
    await delay(50);
  }
}
