import { csvLine } from '../../platform/csv.js';
import { unguarded } from '../../platform/domain/formula-guard.js';
import { type Target, targetOfColumn } from '../domain/import-layout.js';
import type { ImportFormat } from './import.entity.js';
import { valueOf } from './row-reader.js';
import type { Rejection } from './slice.js';

/** How the file was that refused rows are of. */
interface Source {
  format: ImportFormat;
  columns: readonly string[];
  mapping: Record<string, string>;
}

const [LINE, REASON] = ['import_line', 'import_reason'];

/** What stands at the beginning of a record that was refused before. */
const TOLD = new RegExp(`^\\{"${LINE}":\\d+,"${REASON}":"(?:[^"\\\\]|\\\\.)*",?`);

/** Refused rows as CSV in the columns of the file, line and reason first; a record of NDJSON is one column. */
export async function* rejectedCsv(
  pages: AsyncIterable<Rejection[]>,
  columns: readonly string[],
): AsyncGenerator<string> {
  yield csvLine([LINE, REASON, ...columns]);
  for await (const rows of pages)
    yield rows.map(({ line, reason, cells }) => csvLine([line, reason, ...cells])).join('');
}

/** Refused rows as NDJSON: each record as an import of NDJSON reads it, with line and reason as its first members. */
export async function* rejectedNdjson(pages: AsyncIterable<Rejection[]>, source: Source): AsyncGenerator<string> {
  for await (const rows of pages)
    yield rows
      .map(({ line, reason, cells }) => {
        const told = `{"${LINE}":${line},"${REASON}":${JSON.stringify(reason)}`;
        const rest = membersOf(cells, source);
        return `${told}${rest === '}' ? '' : ','}${rest}\n`;
      })
      .join('');
}

/** What follows the brace that opens a record. It is text, since reading it would change the very number it was refused for. */
function membersOf(cells: readonly string[], { format, columns, mapping }: Source): string {
  if (format === 'ndjson') {
    const [text = ''] = cells;
    if (isObject(text)) return text.replace(TOLD, '{').slice(1).trimStart();
    return `"record":${JSON.stringify(text)}}`;
  }
  if (cells.length !== columns.length) return `"record":${JSON.stringify(cells)}}`;
  const record: Record<string, unknown> = {};
  for (const [index, name] of columns.entries()) {
    const text = unguarded(cells[index]!);
    if (text !== '' && name !== LINE && name !== REASON) record[name] = meantBy(text, targetOfColumn(name, mapping));
  }
  return JSON.stringify(record).slice(1);
}

/** A cell's value; what is no JSON where it should be stays text, to be refused again. */
const meantBy = (text: string, target: Target): unknown =>
  'field' in target ? (valueOf(target.field, text) ?? text) : text;

function isObject(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
