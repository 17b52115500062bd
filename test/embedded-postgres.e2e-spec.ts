import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import {
  claimOfTheDead,
  freshDirectory,
  helpers,
  isAlive,
  isRoot,
  kill,
  notes,
  open,
  pidFileOf,
  postmasterOf,
  query,
  tidyUp,
  until,
} from './support/postgres-scenes.js';

/** A test of what is there for some only: elsewhere there is nothing to test. */
const where = (possible: boolean, name: string, test: () => Promise<void>): void => {
  if (possible) it(name, test);
};
/** PostgreSQL takes a pid for its postmaster's only when the process is of its own user. */
const likePostgres = isRoot ? { uid: 65534, gid: 65534 } : {};

jest.setTimeout(30_000);
afterEach(tidyUp);

describe('a data directory', () => {
  let dataDir: string;
  let url: string;
  beforeAll(async () => {
    dataDir = freshDirectory();
    const server = await open(dataDir);
    expect(server.started).toBe('initialised');
    url = server.url;
    await query(url, 'CREATE TABLE bell (name text)');
    await query(url, `INSERT INTO bell VALUES ('Emmanuel')`);
    await server.close();
  });
  afterAll(() => fs.rmSync(dataDir, { recursive: true }));

  const bells = async (server: EmbeddedPostgres) => (await query(server.url, 'SELECT name FROM bell')).rows;

  it('comes back on its port, with its data, where its server is killed while it is open', async () => {
    const server = await open(dataDir, { revive: true });
    const killed = postmasterOf(dataDir);
    await kill(killed);
    await until(() => fs.existsSync(pidFileOf(dataDir)) && postmasterOf(dataDir) !== killed);
    // It takes connections once its recovery is through.
    await open(dataDir);
    expect(await bells(server)).toEqual([{ name: 'Emmanuel' }]);
    expect(server.url).toBe(url);
  });

  it('keeps its data, its URL and its secret', async () => {
    const server = await open(dataDir);
    expect(server.started).toBe('started');
    expect(server.url).toBe(url);
    expect(await bells(server)).toEqual([{ name: 'Emmanuel' }]);
    expect(fs.statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    await expect(query(url.replace(/:[^:@]*@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
    const { rows } = await query(
      url,
      `SELECT current_setting('listen_addresses') AS on, current_setting('fsync') AS fsync`,
    );
    expect(rows).toEqual([{ on: '127.0.0.1', fsync: 'off' }]);
  });

  it('is durable unless told otherwise', async () => {
    const server = await open(dataDir, { fsync: true });
    const { rows } = await query(
      server.url,
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`,
    );
    expect(rows.map((row) => row.setting)).toEqual(['on', 'on', 'on']);
  });

  it('leaves nothing running after the last close', async () => {
    const [one, two] = [await open(dataDir), await open(dataDir)];
    const pid = postmasterOf(dataDir);
    expect(two.started).toBe('joined');
    await one.close();
    await one.close();
    expect(await bells(two)).toHaveLength(1);
    await two.close();
    expect(isAlive(pid)).toBe(false);
    expect(fs.existsSync(pidFileOf(dataDir))).toBe(false);
    expect(fs.readdirSync(join(dataDir, 'users'))).toEqual([]);
  });

  it('moves to another port when its own is taken, and stays there', async () => {
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    const moved = await open(dataDir);
    expect(moved.url).not.toBe(url);
    expect(await bells(moved)).toHaveLength(1);
    await moved.close();
    await new Promise((resolve) => thief.close(resolve));
    const again = await open(dataDir);
    expect(again.url).toBe(moved.url);
    url = again.url;
  });

  it('adopts the server of a process that was killed, and stops it in the end', async () => {
    await open(dataDir);
    const pid = postmasterOf(dataDir);
    const users = join(dataDir, 'users');
    for (const name of fs.readdirSync(users)) fs.writeFileSync(join(users, name), await claimOfTheDead());
    const server = await open(dataDir);
    expect(server.started).toBe('joined');
    expect(postmasterOf(dataDir)).toBe(pid);
    await server.close();
    expect(isAlive(pid)).toBe(false);
  });

  it('recovers from a killed postmaster whose children are still busy', async () => {
    const first = await open(dataDir);
    const busy = query(first.url, 'SELECT count(*) FROM generate_series(1, 1e12::bigint)').catch(() => 'cut off');
    const activity = `SELECT pid FROM pg_stat_activity WHERE query LIKE '%1e12%' AND pid <> pg_backend_pid()`;
    let child: number | undefined;
    while (!child) child = (await query(first.url, activity)).rows[0]?.pid;
    await kill(postmasterOf(dataDir));
    expect(isAlive(child)).toBe(true);
    const second = await open(dataDir);
    expect(second.started).toBe('started');
    expect(isAlive(child)).toBe(false);
    expect(await busy).toBe('cut off');
    expect(await bells(second)).toHaveLength(1);
  });

  it('starts although the pid in postmaster.pid belongs to another process by now', async () => {
    const { pid } = helpers[helpers.push(spawn('sleep', ['60'], likePostgres)) - 1]!;
    const now = Math.floor(Date.now() / 1000);
    fs.writeFileSync(pidFileOf(dataDir), `${pid}\n${dataDir}/postgres\n${now}\n54329\n\n127.0.0.1\n 1 1\nready   \n`);
    const server = await open(dataDir);
    expect(server.started).toBe('started');
    expect(postmasterOf(dataDir)).not.toBe(pid);
    await server.close();
    expect(isAlive(pid!)).toBe(true);
  });

  where(process.platform === 'linux', 'starts although nobody has reaped the killed postmaster', async () => {
    // The shell becomes a sleep, which never waits for the child it inherits.
    const parent = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], likePostgres);
    helpers.push(parent);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    await until(() => fs.readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
    const zombie = Number(line.toString());
    await kill(zombie);
    expect(fs.existsSync(`/proc/${zombie}`)).toBe(true);
    fs.writeFileSync(pidFileOf(dataDir), `${zombie}\n`);
    expect((await open(dataDir)).started).toBe('started');
  });

  it('starts although a power failure emptied postmaster.pid', async () => {
    fs.writeFileSync(pidFileOf(dataDir), '');
    expect((await open(dataDir)).started).toBe('started');
  });

  it('starts although a process was killed while it held the lock, or while it broke one', async () => {
    fs.writeFileSync(join(dataDir, 'postgres.lock'), await claimOfTheDead());
    fs.writeFileSync(join(dataDir, 'postgres.lock.stale'), await claimOfTheDead());
    const servers = await Promise.all([open(dataDir), open(dataDir), open(dataDir)]);
    expect(servers.map((server) => server.started).sort()).toEqual(['joined', 'joined', 'started']);
    expect(fs.readdirSync(dataDir).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('says what the log says when PostgreSQL does not start', async () => {
    const file = join(dataDir, 'postgres', 'postgresql.auto.conf');
    const before = fs.readFileSync(file);
    fs.writeFileSync(file, 'bells = loud\n');
    await expect(open(dataDir)).rejects.toThrow(/did not start[^]*unrecognized configuration parameter "bells"/);
    expect(fs.readdirSync(join(dataDir, 'users'))).toEqual([]);
    fs.writeFileSync(file, before);
  });

  it('refuses a cluster of another major version', async () => {
    const file = join(dataDir, 'postgres', 'PG_VERSION');
    const before = fs.readFileSync(file);
    fs.writeFileSync(file, '17\n');
    await expect(open(dataDir)).rejects.toThrow(/made by PostgreSQL 17, and this is PostgreSQL 18.*DATABASE_URL/);
    fs.writeFileSync(file, before);
  });
});

describe('a new data directory', () => {
  let dataDir: string;
  afterEach(async () => {
    await tidyUp();
    fs.rmSync(dataDir, { recursive: true });
  });

  it('is initialised once when two open it at once, also after an attempt that was killed', async () => {
    dataDir = freshDirectory();
    fs.mkdirSync(join(dataDir, 'postgres.new-0'));
    fs.writeFileSync(join(dataDir, 'postgres.new-0', 'PG_VERSION'), '18\n');
    const servers = await Promise.all([open(dataDir), open(dataDir)]);
    expect(servers.map((server) => server.started).sort()).toEqual(['initialised', 'joined']);
    expect(servers[0]!.url).toBe(servers[1]!.url);
    expect(fs.readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.json', 'postgres.log', 'users']);
  });

  where(isRoot, 'that only root can reach gets its cluster in the system directory', async () => {
    dataDir = fs.mkdtempSync(join(tmpdir(), 'campanile-embedded-'));
    const systemDir = freshDirectory();
    const inner = join(dataDir, 'data');
    const first = await open(inner, { systemDir });
    const cluster = fs.realpathSync(join(inner, 'postgres'));
    expect(cluster.startsWith(`${systemDir}/`)).toBe(true);
    expect(notes.at(-1)).toBe(
      `The database is kept in ${cluster}: PostgreSQL does not run as root, and uid 65534 cannot reach ${inner}`,
    );
    await first.close();
    // As a backup restored by root would be.
    spawnSync('chown', ['-R', 'root', cluster]);
    const second = await open(inner, { systemDir });
    expect(second.started).toBe('started');
    expect(fs.statSync(cluster).uid).toBe(65534);
    await second.close();
    fs.rmSync(systemDir, { recursive: true });
    await expect(open(inner, { systemDir })).rejects.toThrow(/link to a directory that is gone/);
  });
});
