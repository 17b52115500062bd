/** What a spreadsheet would take for a formula at the start of a cell (OWASP, CSV injection), of full width, too. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** A cell that no spreadsheet computes: a `'` goes before whatever would begin a formula. */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `guarded` was given. */
export function unguarded(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}

/** One record of RFC 4180, its line end included; cells are quoted where they must be. Null is an empty cell. */
export function csvLine(cells: readonly (string | number | null)[], raw = false): string {
  return `${cells.map((cell) => cellOf(cell, raw)).join(',')}\r\n`;
}

function cellOf(cell: string | number | null, raw: boolean): string {
  if (cell === null) return '';
  const text = raw || typeof cell === 'number' ? String(cell) : guarded(cell);
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
