import type { Client } from 'pg';
import type { Usage } from './campanile.js';
import { keep, median, perSecond } from './figures.js';
import { type Options, processesOf } from './options.js';
import { campanile, makeContacts, sendToAll } from './rounds.js';
import { type BenchServer, connect, openServer, settle } from './server.js';
import { type Member, startTeam, stopTeam } from './team.js';
import { type Later, tidily } from './tidily.js';
import { rowsWritten, walPosition } from './written.js';

const CONTACTS = 200_000;
const MANY = 1_000_000;
const ROUNDS = 5;

/** One round in figures, per second and per delivery. */
interface Figures {
  freeze: number;
  deliveries: number;
  applicationMicros: number;
  databaseMicros: number;
  walBytes: number;
}

/** The dispatch path with a null provider: freezing, then claiming, rendering and recording, by one process and by many. */
export function benchDispatch(options: Options): Promise<void> {
  return tidily((later) => dispatch(options, later));
}

async function dispatch(options: Options, later: Later): Promise<void> {
  const { contacts = CONTACTS, rounds = ROUNDS } = options.numbers;
  const server = await openServer(later);
  const databaseUrl = await server.migrated('dispatch');
  const db = await connect(databaseUrl, later);
  const plan = { databaseUrl, intervals: false };
  const team = await startTeam(processesOf(options), campanile, plan, later);

  await makeContacts(db, contacts);
  const before = await rowsWritten(db, contacts);
  const sizes = [...new Set([1, team.length])];
  const figures = new Map<number, Figures[]>(sizes.map((size) => [size, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const size of sizes) figures.get(size)!.push(await measure(server, db, team.slice(0, size), contacts));
  const deliveries = rounds * sizes.length * contacts;
  const after = await rowsWritten(db, before.inserted + deliveries);
  for (const size of sizes) print(figures.get(size)!, size, contacts);
  const rows = {
    inserted: (after.inserted - before.inserted) / deliveries,
    updated: (after.updated - before.updated) / deliveries,
  };
  console.log(
    `  rows        ${rows.inserted.toFixed(4)} inserted + ${rows.updated.toFixed(4)} updated per delivery, freezing included`,
  );
  await stopTeam(team);
  const peak = await tidily((soon) => peakMemory(db, plan, Math.max(contacts, MANY), contacts, soon));
  keep('dispatch', { contacts, rounds: Object.fromEntries(figures), rows, peak });
}

async function measure(server: BenchServer, db: Client, team: Member[], contacts: number): Promise<Figures> {
  await settle(db);
  const used = async () => (await Promise.all(team.map((member) => member.ask<Usage>('usage')))).map(cpuOf);
  const [cpu, database, wal] = [sum(await used()), server.cpuSeconds(), await walPosition(db)];
  const { freeze, send } = await sendToAll(db, team, contacts);
  return {
    freeze: contacts / freeze,
    deliveries: contacts / send,
    applicationMicros: ((sum(await used()) - cpu) * 1e6) / contacts,
    databaseMicros: ((server.cpuSeconds() - database) * 1e6) / contacts,
    walBytes: ((await walPosition(db)) - wal) / contacts,
  };
}

/** The memory a fresh sender needs at most for a large audience. */
async function peakMemory(db: Client, plan: object, contacts: number, present: number, later: Later): Promise<number> {
  await makeContacts(db, contacts - present, present);
  const team = await startTeam(1, campanile, plan, later);

  const started = await team[0]!.ask<Usage>('usage');
  await sendToAll(db, team, contacts);
  const { peakMegabytes } = await team[0]!.ask<Usage>('usage');
  console.log(
    `  memory      ${peakMegabytes.toFixed(0)} MB resident at most while sending to ${perSecond(contacts)} contacts, ${started.peakMegabytes.toFixed(0)} MB at most before`,
  );
  return peakMegabytes;
}

function print(figures: Figures[], processes: number, contacts: number): void {
  const middle = (of: keyof Figures) => median(figures.map((figure) => figure[of]));
  const all = (of: keyof Figures) => figures.map((figure) => perSecond(figure[of])).join(', ');
  console.log(
    `dispatch, ${perSecond(contacts)} contacts, null provider, ${processes} ${processes === 1 ? 'process' : 'processes'}, median of ${figures.length} rounds`,
  );
  console.log(`  freeze      ${perSecond(middle('freeze'))} contacts/s   (${all('freeze')})`);
  console.log(`  deliveries  ${perSecond(middle('deliveries'))} /s   (${all('deliveries')})`);
  console.log(
    `  processor   ${middle('applicationMicros').toFixed(1)} µs application + ${middle('databaseMicros').toFixed(1)} µs database per delivery, freezing included`,
  );
  console.log(`  WAL         ${middle('walBytes').toFixed(0)} bytes per delivery, freezing included`);
}

const cpuOf = ({ cpuSeconds }: Usage): number => cpuSeconds;
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
