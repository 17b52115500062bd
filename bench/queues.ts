import type { Client } from 'pg';
import { bestOf, type Contestant, hold, printRatio, printStandings } from './contest.js';
import { keep, perSecond } from './figures.js';
import { type Options, processesOf } from './options.js';
import { openPeers } from './queue-peers.js';
import { campanile, makeContacts, seconds, sendToAll } from './rounds.js';
import { connect, openServer, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const RECIPIENTS = 200_000;
const ROUNDS = 3;
/** A run that no campaign has, in the first partition, for rows that no engine wrote. */
const BARE_RUN = 9_999;

/** Campanile beside job queues that carry as many recipients with a task that does nothing, all on one server. */
export function benchQueues(options: Options): Promise<void> {
  return tidily((later) => queues(options, later));
}

async function queues(options: Options, later: Later): Promise<void> {
  const { recipients = RECIPIENTS, rounds = ROUNDS } = options.numbers;
  const processes = processesOf(options);
  const server = await openServer(later);
  const databaseUrl = await server.migrated('campanile_bench');
  const db = await connect(databaseUrl, later);
  await makeContacts(db, recipients);
  const team = await startTeam(processes, campanile, { databaseUrl, intervals: false }, later);
  const peers = await openPeers(server, processes, recipients, later);

  const sizes = [...new Set([1, processes])];
  const ours = sizes.map((size) => ourselves(db, team.slice(0, size), recipients));
  const standings = await hold([...ours, ...peers.contestants, bareInsert(db)], recipients, rounds);
  console.log(
    `queues, ${perSecond(recipients)} recipients, a task that does nothing, median of ${rounds} rounds in turns; a second:`,
  );
  printStandings(standings, ['frozen or enqueued', 'delivered or processed']);
  for (const line of peers.skipped) console.log(`  ${line}`);
  const mine = standings.slice(0, ours.length);
  const rivals = standings.slice(ours.length, -1);
  const ratios: Record<string, number> = {};
  const bare = standings.at(-1)!;
  for (const one of mine) {
    const who = `Campanile with ${one.processes} to`;
    const rival = bestOf(rivals);
    ratios[`${one.processes}/peer`] = printRatio(`${who} the best peer, ${rival.name}`, one.together, rival.together);
    ratios[`${one.processes}/bare`] = printRatio(
      `${who} a bare INSERT … SELECT, delivering`,
      one.process,
      bare.process,
    );
  }
  keep('queues', { recipients, standings, ratios, skipped: peers.skipped });
}

function ourselves(db: Client, team: Member[], recipients: number): Contestant {
  return {
    name: 'Campanile',
    processes: team.length,
    prepare: () => forget(db),
    turn: async () => {
      const { freeze, send } = await sendToAll(db, team, recipients);
      return { enqueue: freeze, process: send };
    },
  };
}

/** The rows of the ledger and nothing else, in one statement: as fast as this server can write them. */
function bareInsert(db: Client): Contestant {
  return {
    name: 'bare INSERT … SELECT',
    processes: 1,
    prepare: () => forget(db),
    turn: async () => ({
      process: await seconds(() =>
        db.query(
          `insert into delivery (run_id, contact_id, outcome, reason, attempts, provider_message_id, at)
           select ${BARE_RUN}, id, 'sent', null, 1, null, statement_timestamp() from contact`,
        ),
      ),
    }),
  };
}

async function forget(db: Client): Promise<void> {
  await db.query('truncate delivery, delivery_attempt, run_batch, run_minute');
  await settle(db);
}
