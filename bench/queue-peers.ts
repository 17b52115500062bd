import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Contestant } from './contest.js';
import { openRedis } from './redis.js';
import { seconds } from './rounds.js';
import { type BenchServer, connect, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import type { Later } from './tidily.js';

/** The entry of a process of a peer, which is no part of the build. */
export const peerProcess = new URL('../../bench/peers/process.mjs', import.meta.url);

/** Where its jobs are, and how to see that none is left to do. */
interface Tables {
  jobs: string;
  left: string;
}

const onPostgres: Record<string, Tables> = {
  'graphile-worker': {
    jobs: 'graphile_worker._private_jobs',
    left: 'select exists (select from graphile_worker._private_jobs) as left',
  },
  'pg-boss': {
    jobs: 'pgboss.job',
    left: `select exists (select from pgboss.job where name = 'recipients' and state < 'completed') as left`,
  },
};

/** The peers, each with one process and with many. */
export interface Peers {
  contestants: Contestant[];
  /** Who could not take part, and why. */
  skipped: string[];
}

/** Opens them: on the same server, each with a database of its own, and BullMQ on a Redis if there is one. */
export async function openPeers(
  server: BenchServer,
  processes: number,
  recipients: number,
  later: Later,
): Promise<Peers> {
  const contestants: Contestant[] = [];
  const add = async (kind: string, name: string, url: string, tables?: { db: Client } & Tables) => {
    const team = await startTeam(processes, peerProcess, { kind, url }, later);
    for (const size of new Set([1, processes])) contestants.push(peer(name, team.slice(0, size), recipients, tables));
  };
  for (const [kind, tables] of Object.entries(onPostgres)) {
    const url = await server.database(kind.replace('-', '_'));
    const db = await connect(url, later);
    await add(kind, kind, url, { db, ...tables });
  }
  const redis = await openRedis(later);
  if (redis) await add('bullmq', `BullMQ, Redis ${redis.version}`, redis.url);
  const missing = 'BullMQ is left out: there is no redis-server here (apt-get install redis-server).';
  return { contestants, skipped: redis ? [] : [missing] };
}

function peer(name: string, team: Member[], recipients: number, tables?: { db: Client } & Tables): Contestant {
  return {
    name,
    processes: team.length,
    prepare: async () => {
      if (!tables) return;
      await tables.db.query(`truncate ${tables.jobs}`);
      await settle(tables.db);
    },
    turn: async () => {
      const enqueue = await seconds(() => enqueueAll(team, recipients));
      // Autovacuum would have done so by the time a queue is that full; without it a plan may go wrong.
      await tables?.db.query(`analyze ${tables.jobs}`);
      const process = await seconds(() => processAll(team, recipients, tables));
      await Promise.all(team.map((member) => member.ask('stop')));
      return { enqueue, process };
    },
  };
}

/** Each process hands over its share. */
async function enqueueAll(team: Member[], recipients: number): Promise<void> {
  const share = Math.ceil(recipients / team.length);
  await Promise.all(
    team.map((member, index) => member.ask('enqueue', index * share, Math.min(share, recipients - index * share))),
  );
}

/** Until every task has run and, where the peer keeps its jobs in tables, they say so too. */
async function processAll(team: Member[], recipients: number, tables?: { db: Client } & Tables): Promise<void> {
  let done = 0;
  const all = new Promise<void>((resolve) => {
    for (const member of team)
      member.onProgress = (count) => {
        if ((done += count) >= recipients) resolve();
      };
  });
  await Promise.all(team.map((member) => member.ask('start')));
  await Promise.race([all, ...team.map((member) => member.gone)]);
  while (tables && (await tables.db.query(tables.left)).rows[0].left) await delay(2);
  if (done !== recipients) throw new Error(`${done} tasks ran for ${recipients} recipients`);
}
