import type { Client } from 'pg';
import { bestOf, type Contestant, hold, printRatio, printStandings } from './contest.js';
import { keep, perSecond } from './figures.js';
import { type Options, processesOf } from './options.js';
import { peerProcess } from './queue-peers.js';
import { campanile, makeContacts, seconds, sendToAll } from './rounds.js';
import { connect, openServer, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const MESSAGES = 50_000;
const ROUNDS = 3;
/** nodemailer's own number of connections, and more. */
const CONNECTIONS = [undefined, 20, 50];

/** About a kilobyte, as a short newsletter has. */
const newsletter = {
  subject: 'News of the week for {{ first_name }}',
  message: `Hi {{ first_name }},\r\n\r\n${'What happened this week, and what comes next.\r\n'.repeat(20)}\r\nThis goes to {{ email }}.\r\n`,
};

/** Email to a server on this machine that only counts: Campanile with everything on, and nodemailer's pool, in turns. */
export function benchSmtp(options: Options): Promise<void> {
  return tidily((later) => smtp(options, later));
}

async function smtp(options: Options, later: Later): Promise<void> {
  const { messages = MESSAGES, rounds = ROUNDS } = options.numbers;
  const processes = processesOf(options);
  const [sink] = (await startTeam(1, new URL('./smtp-sink.js', import.meta.url), null, later)) as [Member];
  const smtpUrl = `smtp://127.0.0.1:${await sink.ask<number>('port')}`;
  const databaseUrl = await (await openServer(later)).migrated('smtp');
  const db = await connect(databaseUrl, later);
  await makeContacts(db, messages);
  const team = await startTeam(processes, campanile, { databaseUrl, intervals: false, smtpUrl }, later);
  const [pool] = (await startTeam(1, peerProcess, { kind: 'nodemailer', url: smtpUrl }, later)) as [Member];
  const sizes = [...new Set([1, processes])];
  const ours = sizes.map((size) => ourselves(db, team.slice(0, size), sink, messages));
  const theirs = CONNECTIONS.map((connections) => nodemailer(pool, connections, sink, messages));
  const standings = await hold([...ours, ...theirs], messages, rounds);
  console.log(
    `SMTP to this machine, ${perSecond(messages)} messages of 1 kB, median of ${rounds} rounds in turns; a second:`,
  );
  printStandings(standings, ['frozen', 'accepted']);
  const stock = standings[ours.length]!;
  const best = bestOf(standings.slice(ours.length));
  const ratios: Record<string, number> = {};
  for (const one of standings.slice(0, ours.length)) {
    const who = `Campanile with ${one.processes} to`;
    ratios[`${one.processes}/stock`] = printRatio(`${who} the ${stock.name}`, one.process, stock.process);
    if (best !== stock)
      ratios[`${one.processes}/best`] = printRatio(`${who} the best, ${best.name}`, one.process, best.process);
  }
  keep('smtp', { messages, standings, ratios });
}

function ourselves(db: Client, team: Member[], sink: Member, messages: number): Contestant {
  return {
    name: 'Campanile',
    processes: team.length,
    prepare: async () => {
      await db.query('truncate delivery, delivery_attempt, run_batch, run_minute');
      await settle(db);
    },
    turn: async () => {
      const { freeze, send } = await sendToAll(db, team, messages, newsletter);
      await expectTaken(sink, messages);
      return { enqueue: freeze, process: send };
    },
  };
}

function nodemailer(pool: Member, connections: number | undefined, sink: Member, messages: number): Contestant {
  return {
    name: `nodemailer pool, ${connections ? `${connections} connections` : 'as it comes'}`,
    processes: 1,
    prepare: () => Promise.resolve(),
    turn: async () => {
      const process = await seconds(() => pool.ask('send', messages, connections ?? null, newsletter));
      await expectTaken(sink, messages);
      return { process };
    },
  };
}

/** The server's count decides: each message was accepted, and none twice. */
async function expectTaken(sink: Member, messages: number): Promise<void> {
  const taken = await sink.ask<number>('taken');
  if (taken !== messages) throw new Error(`the server accepted ${taken} messages instead of ${messages}`);
}
