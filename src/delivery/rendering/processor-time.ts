import { readFileSync } from 'node:fs';

/** Linux counts a processor's time in ticks of 10 ms, and tells of its own and of the system's on a process's behalf. */
const TICK_MS = 10;
const USER = 11;
const SYSTEM = 12;

/** Milliseconds of processor time a process has used so far; NaN where the system does not tell. */
export function processorMs(pid: number | undefined): number {
  try {
    // The name in parentheses may hold anything, spaces too.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return (Number(fields[USER]) + Number(fields[SYSTEM])) * TICK_MS;
  } catch {
    return NaN;
  }
}
