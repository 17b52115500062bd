import { expect } from '@jest/globals';

/** Far more of the processor than going once through half a megabyte takes anywhere, and far less than the square of it does. */
const PATIENCE_MS = 2_000;

/** Half a megabyte of the same again and again. */
export const filled = (text: string): string => text.repeat(Math.ceil(500_000 / text.length));

/** Expects work on hostile text to end soon, however busy the machine is, and answers its result. */
export async function soon<Result>(work: () => Result): Promise<Awaited<Result>> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(PATIENCE_MS);
  return result;
}

/** The most processor time, in milliseconds, that this thread spends at a stretch while the work goes on. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let turn = process.threadCpuUsage();
  const look = (): void => {
    const { user, system } = process.threadCpuUsage(turn);
    longest = Math.max(longest, (user + system) / 1_000);
    turn = process.threadCpuUsage();
  };
  const watch = setInterval(look, 5);
  await work();
  clearInterval(watch);
  look();
  return longest;
}
