import type { Figures, Violation } from './invariants.js';

/** What came of one scenario. */
export interface Result {
  name: string;
  title: string;
  seconds: number;
  skipped?: string;
  figures?: Figures & { fencedWrites: number };
  notes: Record<string, number | string>;
  violations: Violation[];
}

const COLUMNS = ['audience', 'accepted', 'duplicates', 'inDoubt', 'doubtBound', 'lostLeases', 'fencedWrites'] as const;
const HEADS = ['audience', 'accepted', 'twice', 'in doubt', 'of at most', 'lost leases', 'fenced'];

/** The table at the end: one line a scenario, numbers whether or not anything is wrong. */
export function table(results: Result[]): string {
  const lines = results.map(({ name, skipped, figures, violations, seconds, notes }) => {
    if (skipped) return [name, `skipped: ${skipped}`];
    const numbers = COLUMNS.map((column) => String(figures?.[column] ?? '-'));
    const words = Object.entries(notes).map(([key, value]) => `${key} ${value}`);
    const verdict = violations.length === 0 ? 'kept' : `BROKEN ${broken(violations).join(' ')}`;
    return [name, ...numbers, `${seconds.toFixed(0)} s`, verdict, words.join(', ')];
  });
  const rows = [['', ...HEADS, 'took', 'invariants', ''], ...lines];
  const widths = HEADS.map((_, column) =>
    Math.max(...rows.filter((row) => row.length > 2).map((row) => row[column + 1]?.length ?? 0)),
  );
  return rows
    .map(([name = '', ...cells]) =>
      [name.padEnd(4), ...cells.map((cell, column) => (cells.length > 1 ? cell.padStart(widths[column] ?? 0) : cell))]
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The violations of a scenario with their evidence. */
export function explain({ name, violations }: Result): string {
  return violations
    .flatMap(({ invariant, what, evidence }) => [
      `  ${name} breaks ${invariant}: ${what}`,
      ...evidence.map((line) => `      ${line}`),
    ])
    .join('\n');
}

/** The invariants that were broken, each once. */
export const broken = (violations: Violation[]): string[] => [...new Set(violations.map(({ invariant }) => invariant))];
