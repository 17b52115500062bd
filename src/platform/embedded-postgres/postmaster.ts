import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Binaries, program } from './binaries.js';
import { isTaken, processIdentity, readProc } from './process-identity.js';

/** The main process of a PostgreSQL server, as its `postmaster.pid` describes it. */
export interface Postmaster {
  pid: number;
  port: number;
  /** `starting`, `ready` or `stopping`; empty in the first moments. */
  status: string;
}

const pidFileOf = (cluster: string) => join(cluster, 'postmaster.pid');

/** The living postmaster of the cluster (a real path); undefined when there is none, whatever `postmaster.pid` says. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  const [pid, , , port, , , , status] = readPidFile(cluster) ?? [];
  if (!isPid(pid) || !servesCluster(Number(pid), cluster)) return undefined;
  return { pid: Number(pid), port: Number(port), status: status?.trim() ?? '' };
}

/**
 * Removes a `postmaster.pid` without a living postmaster that PostgreSQL would not dare to replace itself: one that a
 * power failure emptied, or whose pid is that of another process or a zombie.
 */
export function discardStalePidFile(cluster: string): void {
  const [pid] = readPidFile(cluster) ?? [];
  if (pid === undefined || findPostmaster(cluster)) return;
  if (!isPid(pid) || isTaken(Number(pid))) rmSync(pidFileOf(cluster));
}

function readPidFile(cluster: string): string[] | undefined {
  try {
    return readFileSync(pidFileOf(cluster), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const isPid = (text: string | undefined) => /^[1-9]\d*$/.test(text ?? '');

/** A PostgreSQL process works in its cluster's directory; in a container even root may be forbidden to see that. */
function servesCluster(pid: number, cluster: string): boolean {
  if (processIdentity(pid) === undefined) return false;
  if (process.platform !== 'linux')
    return commandLine(pid).includes(process.platform === 'win32' ? 'postgres' : cluster);
  if (readProc(`${pid}/comm`)?.trim() !== 'postgres') return false;
  return worksIn(pid, cluster) ?? readProc(`${pid}/cmdline`)?.split('\0').includes(cluster) ?? false;
}

function worksIn(pid: number, cluster: string): boolean | undefined {
  try {
    const [theirs, ours] = [statSync(`/proc/${pid}/cwd`), statSync(cluster)];
    return theirs.ino === ours.ino && theirs.dev === ours.dev;
  } catch {
    return undefined;
  }
}

/** The command line on macOS, the program's name on Windows. */
function commandLine(pid: number): string {
  const windows = process.platform === 'win32';
  const [file, args] = windows
    ? ['tasklist', ['/FI', `PID eq ${pid}`, '/NH']]
    : ['ps', ['-o', 'command=', '-p', `${pid}`]];
  try {
    return execFileSync(file, args, { encoding: 'utf8', windowsHide: true });
  } catch {
    return '';
  }
}

/** Tells the processes of a killed postmaster to quit at once; while one lives, no new postmaster can start. */
export function quitOrphans(cluster: string): void {
  if (process.platform !== 'linux') return;
  const pids = readdirSync('/proc')
    .filter((name) => isPid(name))
    .map(Number);
  for (const pid of pids) if (servesCluster(pid, cluster)) signal(pid, 'SIGQUIT');
}

/**
 * Shuts the server down: open transactions are rolled back and connections closed. After 20 s it is told to quit
 * without that, which costs a recovery at the next start. Throws when it is still there another 10 s later.
 */
export async function stopPostmaster(cluster: string, pid: number, binaries: Binaries): Promise<void> {
  const identity = processIdentity(pid);
  const isGone = () => identity === undefined || processIdentity(pid) !== identity;
  if (process.platform === 'win32') {
    await promisify(execFile)(program(binaries, 'pg_ctl'), ['stop', '-m', 'fast', '-w', '-D', cluster]);
    return;
  }
  signal(pid, 'SIGINT');
  if (await becomesTrue(isGone, 20_000)) return;
  signal(pid, 'SIGQUIT');
  if (await becomesTrue(isGone, 10_000)) return;
  throw new Error(`PostgreSQL (process ${pid}, ${basename(cluster)}) does not stop.`);
}

/** Polls until the condition holds; false when it does not within so many milliseconds. */
export async function becomesTrue(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await delay(10);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
