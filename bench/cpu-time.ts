import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Linux counts processor time in ticks of 10 ms. */
const TICK_SECONDS = 0.01;

/** Processor seconds that a PostgreSQL server's processes have used so far; NaN where /proc does not tell. */
export function serverCpuSeconds(dataDir: string): number {
  try {
    const postmaster = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]!;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const used = pids.map((pid) => cpuOf(pid)).filter(({ pid, parent }) => pid === postmaster || parent === postmaster);
    return used.reduce((sum, { ticks }) => sum + ticks, 0) * TICK_SECONDS;
  } catch {
    return NaN;
  }
}

/** Processor seconds that this process has used so far. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function cpuOf(pid: string): { pid: string; parent: string; ticks: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return { pid, parent: fields[1]!, ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return { pid, parent: '', ticks: 0 };
  }
}
