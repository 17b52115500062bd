import { guarded } from './domain/formula-guard.js';

/** One record of RFC 4180, its line end included; cells are quoted where they must be. Null is an empty cell. */
export function csvLine(cells: readonly (string | number | null)[], raw = false): string {
  return `${cells.map((cell) => cellOf(cell, raw)).join(',')}\r\n`;
}

function cellOf(cell: string | number | null, raw: boolean): string {
  if (cell === null) return '';
  const text = raw || typeof cell === 'number' ? String(cell) : guarded(cell);
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
