/**
 * Proves the backup and restore guide of docs/operations.md on a real server: sends, dumps while it sends, wipes, restores,
 * and compares every run with its ledger. Needs PostgreSQL's own programs (pg_dump, pg_restore and, unless DATABASE_URL
 * names an empty database, createdb, dropdb, psql, initdb and pg_ctl), which npm does not have: postgresql in Debian.
 * A server of our own has the two roles of the guide; in the database of DATABASE_URL its one role does everything.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, givenServer, programs, query, startServer } from './backup-servers.mjs';

const CONTACTS = 3_000;
const KEY = 'a-key-for-the-proof-of-the-backup';
const folder = mkdtempSync(join(tmpdir(), 'campanile-backup-'));
chmodSync(folder, 0o777);
const dump = join(folder, 'campanile.dump');
const processes = [];

const say = (line) => console.log(`  ${line}`);
function expect(holds, what) {
  if (!holds) throw new Error(`not so: ${what}`);
  say(`✓ ${what}`);
}

/** Starts the built product; answers its base URL and the way to end it. */
async function startProduct(url, roles) {
  const port = await freePort();
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: url,
      PORT: String(port),
      ROLES: roles,
      ADMIN_API_KEY: KEY,
      SEED_DEMO: 'false',
      SANDBOX_LATENCY_MS: '20',
      SENDER_LANES: '2',
      BATCH_SIZE: '100',
      WINDOW_SIZE: '20',
      LEASE_MS: '3000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  while (!said.includes('is ready')) {
    if (child.exitCode !== null) throw new Error(`the application ended: ${said}`);
    await pause(50);
  }
  return {
    async request(method, path, body) {
      const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
      return answer.json();
    },
    async end() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      return exited;
    },
  };
}

async function until(what, look, withinMs = 60_000) {
  for (const deadline = Date.now() + withinMs; ; await pause(100)) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`still not so: ${what}`);
  }
}

const counts = (url) => query(url, `select outcome::text, count(*)::int from delivery group by 1 order by 1`);
const settled = async (url) => (await counts(url)).reduce((sum, { count }) => sum + count, 0);

async function everyRunBalances(product, url) {
  const runs = await query(url, `select id::int from run order by id`);
  for (const { id } of runs) {
    const { balanced, differences } = await product.request('GET', `/runs/${id}/reconciliation`);
    if (!balanced) throw new Error(`run ${id} differs from its ledger: ${JSON.stringify(differences)}`);
  }
  return runs.length;
}

async function prove({ url, ...server }, bin) {
  console.log('before');
  const first = await startProduct(url, 'api,scheduler,sender');
  await query(
    url,
    `insert into contact (email) select 'c' || n || '@example.com' from generate_series(1, ${CONTACTS}) n`,
  );
  const campaign = (name) => ({ name, type: 'one_time', schedule_time: new Date().toISOString(), message: 'Hello' });
  const ended = await first.request('POST', '/campaigns/', campaign('ended before the dump'));
  await until(
    'the first run ended',
    async () => (await first.request('GET', `/campaigns/${ended.id}`)).status === 'completed',
  );
  await first.request('POST', '/campaigns/', campaign('under way at the dump'));
  await until('the second run is under way', async () => (await settled(url)) > CONTACTS + 300);

  execFileSync(join(bin, 'pg_dump'), ['--format=custom', `--file=${dump}`, server.owner]);
  expect(existsSync(dump), 'pg_dump takes a copy while messages go out');
  await pause(500);
  expect((await first.end()) === 0, 'the application drains and ends');
  const lost = await settled(url);

  console.log('wipe and restore');
  await server.drop();
  await server.create();
  execFileSync(join(bin, 'pg_restore'), ['--no-owner', '--exit-on-error', `--dbname=${server.owner}`, dump]);
  server.giveRights();
  const found = await settled(url);
  say(`${found} outcomes are back; ${lost - found} came after the dump, and nobody here knows of them any more`);

  console.log('look before anything is sent');
  const quiet = await startProduct(url, 'api');
  expect((await quiet.request('GET', '/health/ready')).status === 'ok', 'the application is ready');
  expect((await everyRunBalances(quiet, url)) === 2, 'every run agrees with its ledger');
  const [{ pending }] = await query(
    url,
    `select sum(size - sent - failed - skipped - in_doubt - deferred)::int as pending from run_batch`,
  );
  expect(found + pending === 2 * CONTACTS, 'everybody of both audiences is settled or pending');
  expect((await settled(url)) === found, 'nothing is sent without the roles scheduler and sender');
  await quiet.end();

  console.log('go on');
  const second = await startProduct(url, 'api,scheduler,sender');
  await until(
    'the second run ended',
    async () => (await query(url, `select from run where finished_at is null`)).length === 0,
  );
  await everyRunBalances(second, url);
  const rows = await counts(url);
  say(rows.map(({ outcome, count }) => `${outcome} ${count}`).join(', '));
  expect(rows.reduce((sum, { count }) => sum + count, 0) === 2 * CONTACTS, 'everybody has exactly one outcome');
  const doubt = rows.find(({ outcome }) => outcome === 'in_doubt')?.count ?? 0;
  expect(doubt <= 2 * 20, `at most one window of each lane is in doubt (${doubt} are)`);
  await second.end();
}

const bin = programs();
let server;
try {
  server = process.env.DATABASE_URL ? givenServer(process.env.DATABASE_URL) : await startServer(bin, folder);
  await server.prepare();
  const [{ server_version: version }] = await query(server.url, 'show server_version');
  console.log(`PostgreSQL ${version}, ${execFileSync(join(bin, 'pg_dump'), ['--version']).toString().trim()}`);
  await prove(server, bin);
  console.log('the backup holds');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const child of processes) if (child.exitCode === null) child.kill('SIGKILL');
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
