import type { StreamableFile } from '@nestjs/common';
import { type CsvColumns, downloadRows } from './download.js';
import type { ReportQuery } from './report.dto.js';

/** A report as it was asked for: as it is, or its rows as a CSV file. */
export function inForm<Report, Row>(
  report: Report,
  rows: readonly Row[],
  columns: CsvColumns<Row>,
  { format, raw }: ReportQuery,
  accept: string | undefined,
  name: string,
): Report | StreamableFile {
  if (format !== 'csv' && (format === 'json' || !accept?.includes('text/csv'))) return report;
  return downloadRows(onePage(rows), columns, { format: 'csv', raw }, undefined, name);
}

async function* onePage<Row>(rows: readonly Row[]): AsyncGenerator<Row[]> {
  yield [...rows];
}
