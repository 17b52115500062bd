import { readFileSync } from 'node:fs';

/**
 * What tells a process from a later one with the same pid: boot id and start tick on Linux, a constant elsewhere.
 * Undefined when no such process runs; a zombie does not run.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') return isTaken(pid) ? 'alive' : undefined;
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  return `${readProc('sys/kernel/random/boot_id')?.trim() ?? ''}/${fields[18] ?? ''}`;
}

/** A file below /proc as text; undefined when it is gone or not ours to read. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether the pid is in use, be it by a zombie, which in a container without an init process stays for good. */
export function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The line with which a process claims a lock or a registration; {@link claimantIsAlive} reads it back. */
export function claimOf(pid: number): string {
  return `${pid} ${processIdentity(pid) ?? ''}`;
}

/** Whether the process that wrote this claim still runs, and not merely another one under its old pid. */
export function claimantIsAlive(claim: string): boolean {
  const [pid, identity] = claim.trim().split(' ');
  return identity !== undefined && processIdentity(Number(pid)) === identity;
}
