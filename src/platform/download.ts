import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { csvLine } from './csv.js';
import type { ExportQuery } from './export.dto.js';

/** The columns of a list as CSV, in their order: how each is told of a row. */
export type CsvColumns<Row> = Record<string, (row: Row) => string | number | null>;

/** Text that is made while it is read: no more of it than the reader has asked for, and no more once the reader goes. */
export function download(parts: AsyncGenerator<string>, type: string, filename: string): StreamableFile {
  const stream = Readable.from(parts, { highWaterMark: 1 });
  return new StreamableFile(stream, { type, disposition: `attachment; filename="${filename}"` });
}

/** The forms that a list can have as a file. */
type ListFormat = NonNullable<ExportQuery['format']>;

/** Their media types. */
export const MEDIA_TYPES: Record<ListFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
};

/** The form that was asked for, by `format` or else by the header `Accept`. */
export const formatAsked = (format: ListFormat | undefined, accept: string | undefined): ListFormat =>
  format ?? (accept?.includes(MEDIA_TYPES.ndjson) ? 'ndjson' : 'csv');

/** A list of any length as a file, in the form that was asked for. Of the rows at most two pages are in memory. */
export function downloadRows<Row>(
  pages: AsyncGenerator<Row[]>,
  columns: CsvColumns<Row>,
  { format, raw }: ExportQuery,
  accept: string | undefined,
  name: string,
): StreamableFile {
  const asked = formatAsked(format, accept);
  const parts = asked === 'ndjson' ? ndjson(pages) : csv(pages, columns, raw);
  return download(parts, MEDIA_TYPES[asked], `${name}.${asked}`);
}

async function* csv<Row>(pages: AsyncGenerator<Row[]>, columns: CsvColumns<Row>, raw: boolean): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns));
  const cells = Object.values(columns);
  for await (const rows of pages)
    yield rows
      .map((row) =>
        csvLine(
          cells.map((cell) => cell(row)),
          raw,
        ),
      )
      .join('');
}

async function* ndjson<Row>(pages: AsyncGenerator<Row[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
