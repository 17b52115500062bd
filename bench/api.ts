import { loadavg } from 'node:os';
import { apiRequests, type Asked } from './api-requests.js';
import { keep, median, perSecond, printTable } from './figures.js';
import type { Options } from './options.js';
import { installPeers } from './peers-package.js';
import { peerProcess } from './queue-peers.js';
import { campanile, dueNow, makeContacts } from './rounds.js';
import { connect, openServer, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const CONTACTS = 100_000;
const SECONDS = 5;
const ROUNDS = 3;
const CONNECTIONS = 10;

/** What a load saw; latencies in milliseconds. */
interface Load {
  perSecond: number;
  p50: number;
  p99: number;
  failed: number;
}

const HELLO: Asked = { name: 'hello', method: 'GET', paths: ['/'] };
const offers = { subject: 'Offers', message: '<p>Hi</p><a href="https://shop.example/a">a</a>' };

/** The API and tracking under as much load as they answer, by autocannon, each in turns with a bare server. */
export function benchApi(options: Options): Promise<void> {
  installPeers();
  return tidily((later) => api(options, later));
}

async function api({ numbers }: Options, later: Later): Promise<void> {
  const { contacts = CONTACTS, seconds = SECONDS, rounds = ROUNDS } = numbers;
  const databaseUrl = await (await openServer(later)).migrated('api');
  const db = await connect(databaseUrl, later);
  await makeContacts(db, contacts);
  const [member] = (await startTeam(1, campanile, { databaseUrl, intervals: false }, later)) as [Member];
  const [bare] = (await startTeam(1, new URL('./hello.js', import.meta.url), null, later)) as [Member];
  const [cannon] = (await startTeam(1, peerProcess, { kind: 'autocannon' }, later)) as [Member];
  const ours = `http://127.0.0.1:${await member.ask<number>('listen')}`;
  const theirs = `http://127.0.0.1:${await bare.ask<number>('listen')}`;
  const key = await member.ask<string>('key', 'admin');
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0' };
  const load = async (url: string, asked: Asked): Promise<Load> => {
    const seen = await cannon.ask<Load>('load', { ...asked, url, headers, seconds, connections: CONNECTIONS });
    if (seen.failed > 0 || seen.perSecond === 0) throw new Error(`${asked.name}: ${JSON.stringify(seen)}`);
    return seen;
  };

  const before = loadavg()[0]!;
  const rows: (Load & { name: string; ratio: number })[] = [];
  for (const asked of apiRequests(await sentHits(member, contacts), contacts)) {
    const [seen, hello]: [Load[], Load[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      await settle(db);
      hello.push(await load(theirs, HELLO));
      seen.push(await load(ours, asked));
    }
    const middle = (of: Load[], what: keyof Load) => median(of.map((one) => one[what]));
    const rate = middle(seen, 'perSecond');
    const ratio = rate / middle(hello, 'perSecond');
    rows.push({
      name: asked.name,
      perSecond: rate,
      p50: middle(seen, 'p50'),
      p99: middle(seen, 'p99'),
      failed: 0,
      ratio,
    });
  }
  const loads = { before, after: loadavg()[0]! };
  console.log(
    `api, ${perSecond(contacts)} contacts, ${CONNECTIONS} connections, median of ${rounds} turns of ${seconds} s; load average ${before.toFixed(1)} before, ${loads.after.toFixed(1)} after`,
  );
  printTable(
    ['', 'requests/s', 'p50, ms', 'p99, ms', 'to hello'],
    rows.map(({ name, perSecond: rate, p50, p99, ratio }) => [
      name,
      perSecond(rate),
      String(p50),
      String(p99),
      `${(ratio * 100).toFixed(1)} %`,
    ]),
  );
  keep('api', { contacts, seconds, rounds, loads, rows });
}

/** The paths of a run that went to everyone. */
async function sentHits(member: Member, contacts: number): Promise<string[]> {
  const campaign = { ...dueNow(offers), format: 'html' };
  await member.ask('create', [campaign]);
  await member.ask('freeze');
  await member.ask('send');
  return member.ask<string[]>('hits', 1, Math.min(contacts, 20_000));
}
