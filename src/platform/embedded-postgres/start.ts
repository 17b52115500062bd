import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, giveToDirectoryOwner, spawnOptions } from './account.js';
import { type Binaries, program } from './binaries.js';
import { choosePort } from './connection.js';
import {
  type Postmaster,
  becomesTrue,
  discardStalePidFile,
  findPostmaster,
  quitOrphans,
  stopPostmaster,
} from './postmaster.js';

/** What a start needs to know; `cluster` is a real path. */
export interface Server {
  cluster: string;
  logFile: string;
  account: Account | undefined;
  binaries: Binaries;
  durable: boolean;
}

/** Recovery after a crash replays up to `max_wal_size` of log, which takes minutes on a slow disk. */
const recoveryLimit = 5 * 60_000;

/** How long a start is tried again while something that passes by itself is in its way. */
const retryLimit = 30_000;

/**
 * The running postmaster of the cluster, and whether it ran before. Starts one, on the given port if it is free, unless
 * it runs; recovers from whatever a crash left behind.
 * Throws with the last lines of the log when PostgreSQL does not start.
 */
export async function startOrJoin(server: Server, port: number): Promise<{ postmaster: Postmaster; joined: boolean }> {
  const { cluster, binaries } = server;
  const deadline = Date.now() + retryLimit;
  for (;;) {
    const running = findPostmaster(cluster);
    if (running?.status === 'stopping') {
      await stopPostmaster(cluster, running.pid, binaries);
    } else if (running) {
      const postmaster = await waitUntilReady(cluster, running.pid, () => findPostmaster(cluster)?.pid !== running.pid);
      if (postmaster) return { postmaster, joined: true };
    } else {
      discardStalePidFile(cluster);
      const launched = await launch(server, (port = await choosePort(port)));
      if (typeof launched !== 'string') return { postmaster: launched, joined: false };
      if (/Address already in use/.test(launched)) port++;
      else if (/shared memory block .* still in use/.test(launched)) quitOrphans(cluster);
      // The postmaster of a starter that was killed has come up in the meantime.
      else if (!/lock file .* already exists/.test(launched)) throw new Error(launched);
      if (Date.now() > deadline) throw new Error(launched);
      await delay(50);
    }
  }
}

/** Starts a postmaster; a string says why it did not come up. */
async function launch({ cluster, logFile, account, binaries, durable }: Server, port: number) {
  const { descriptor, offset } = openLog(logFile);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const child = spawn(
    program(binaries, 'postgres'),
    ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...spawnOptions(account),
      // A group of its own keeps Ctrl-C, which the terminal sends to the whole group, from stopping it under us.
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
    },
  );
  closeSync(descriptor);
  child.unref();
  let end: string | undefined;
  child.once('exit', (code, signal) => (end = signal ?? `exit code ${code}`));
  child.once('error', (error) => (end = error.message));

  const postmaster = await waitUntilReady(cluster, child.pid, () => end !== undefined);
  return postmaster ?? `PostgreSQL did not start (${end}):\n${lastLines(logFile, offset)}`;
}

/** The postmaster once it accepts connections; undefined when it ends before. */
async function waitUntilReady(cluster: string, pid: number | undefined, hasEnded: () => boolean) {
  let found: Postmaster | undefined;
  const isDecided = () => {
    found = findPostmaster(cluster);
    return hasEnded() || (found?.pid === pid && found?.status === 'ready');
  };
  if (!(await becomesTrue(isDecided, recoveryLimit))) {
    throw new Error(`PostgreSQL (process ${pid}) still does not accept connections after five minutes.`);
  }
  return hasEnded() ? undefined : found;
}

/** Opens the log for appending; one of more than 10 MB is put aside as `postgres.log.1` first. */
function openLog(logFile: string): { descriptor: number; offset: number } {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const isFull = size > 10_000_000;
  if (isFull) renameSync(logFile, `${logFile}.1`);
  const descriptor = openSync(logFile, 'a', 0o600);
  giveToDirectoryOwner(logFile);
  return { descriptor, offset: isFull ? 0 : size };
}

function lastLines(logFile: string, offset: number): string {
  const text = readFileSync(logFile).subarray(offset).toString('utf8');
  return text.trimEnd().split('\n').slice(-20).join('\n');
}
