import { CsvReader, delimiterOf, LIMITS } from '../../../audience/domain/csv-reader.js';
import { CONSENT_FIELDS, layoutOf, type Target, TEXT_FIELDS } from '../../../audience/domain/import-layout.js';

const HEAD_BYTES = 64 * 1024;

/** The columns of a CSV file and its first rows; null for a file that has none to look at. */
export interface FileHead {
  columns: string[];
  rows: string[][];
}

/** Reads the beginning of a CSV file as the import will. */
export async function headOf(file: File): Promise<FileHead | null> {
  if (!/\.(?:csv|tsv|txt)$/i.test(file.name)) return null;
  const text = (await file.slice(0, HEAD_BYTES).text()).replace(/^\uFEFF/, '');
  const reader = new CsvReader(delimiterOf(text), LIMITS);
  const records = [...reader.read(text), ...(file.size <= HEAD_BYTES ? reader.end() : [])];
  const [header, ...rows] = records.map(({ cells }) => cells);
  return header ? { columns: header, rows: rows.slice(0, 3) } : null;
}

const inWords = (target: Target): string =>
  'field' in target ? target.field : 'attribute' in target ? `attributes.${target.attribute}` : '-';

/** Where each column goes, or why the header can not be used. */
export function targetsOf(
  columns: string[],
  mapping: Record<string, string>,
): { targets: string[] } | { fault: string } {
  try {
    return { targets: layoutOf(columns, mapping).map(inWords) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** What a column may be. */
export const choicesFor = (column: string) => [
  ...[...TEXT_FIELDS, ...CONSENT_FIELDS, 'segments'].map((value) => ({ value, label: value.replaceAll('_', ' ') })),
  { value: `attributes.${column}`, label: `attribute “${column}”` },
  { value: '-', label: 'leave it out' },
];

/** The mapping as the API takes it. */
export const mapText = (mapping: Record<string, string>): string =>
  Object.entries(mapping)
    .map(([column, target]) => `${column}:${target}`)
    .join(',');

/** Whether a column can be named in a mapping, whose pairs are written with commas. */
export const isMappable = (column: string): boolean => !column.includes(',');
