import { writeFileSync } from 'node:fs';
import { machine } from './options.js';

/** The middle value; of an even number the upper of the two. */
export function median(values: number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that so large a share of the values does not exceed. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
}

/** A rate or a count for people: `123,000`. */
export function perSecond(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}

/** Milliseconds for people. */
export const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** A ratio for people: `5.2 ×`. */
export const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`;

/** Prints rows under a head, columns aligned: words to the left, figures to the right. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [head, ...rows])
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')}`,
    );
}

const kept: Record<string, unknown> = {};

/** Keeps what a bench measured, for the file of `--json`. */
export function keep(bench: string, figures: unknown): void {
  kept[bench] = figures;
}

/** Writes everything kept, with the machine and the time. */
export function writeFigures(file: string | undefined): void {
  if (!file) return;
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), machine: machine(), figures: kept }, null, 2)}\n`,
  );
}
