import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends what was started, whatever becomes of us: a process of its own that learns each pid and directory and, when its
 * input closes (we ended, were interrupted or were killed), kills and removes what is left.
 */
const SCRIPT = `
const { readFileSync, rmSync } = require('node:fs');
const left = new Set(), directories = [];
const startOf = (pid) => { try { return readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1].split(' ')[19]; } catch { return ''; } };
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [verb, rest] = [line[0], line.slice(1)];
  if (verb === '+') left.add(rest + ' ' + startOf(rest));
  if (verb === '-') for (const entry of left) if (entry.startsWith(rest + ' ')) left.delete(entry);
  if (verb === '/') directories.push(rest);
}).on('close', () => {
  for (const entry of left) {
    const [pid, start] = entry.split(' ');
    // The same pid with another start is somebody else's process by now.
    if (startOf(pid) === start) try { process.kill(Number(pid), 'SIGKILL'); } catch {}
  }
  setTimeout(() => { for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 10 }); }, 300);
});`;

/** Keeps the list of what must not outlive this process. */
export class Undertaker {
  private readonly child: ChildProcess;

  constructor() {
    this.child = spawn(process.execPath, ['-e', SCRIPT], { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
    this.child.unref();
    (this.child.stdin as unknown as { unref(): void }).unref();
  }

  /** This process must not outlive us. */
  watch(pid: number): void {
    this.tell(`+${pid}`);
  }

  /** It ended by itself or by us. */
  forget(pid: number): void {
    this.tell(`-${pid}`);
  }

  /** This directory goes when everything has ended. */
  removeAtTheEnd(directory: string): void {
    this.tell(`/${directory}`);
  }

  private tell(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }
}
