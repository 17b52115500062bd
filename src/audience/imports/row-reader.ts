import { unguarded } from '../../platform/domain/formula-guard.js';
import { changedNumber, inexact } from '../../platform/json-numbers.js';
import { CsvReader, type CsvRecord, delimiterOf, LIMITS, shortened, UnreadableFile } from '../domain/csv-reader.js';
import { CONSENT_FIELDS, type ImportField, layoutOf, type Target, targetOfColumn } from '../domain/import-layout.js';
import type { ImportFormat } from './import.entity.js';

/** A row as the API would have been given it, not looked at yet; or what is wrong with its form. */
export interface RawRow {
  line: number;
  /** The row as it stands in the file, for the list of rejected ones. */
  cells: string[];
  /** The contact in the shape of the API. */
  contact: Record<string, unknown>;
  /** Whether its text is what the file has, without escapes and without U+0000, which no text may hold. */
  verbatim: boolean;
  /** Why it is no row at all; null where it may be one. */
  malformed: string | null;
}

/** Reads rows of contacts piece by piece. Both methods throw UnreadableFile, MalformedHeader or MalformedMapping. */
export interface RowReader {
  /** The columns' names, once they are known. */
  columns: string[] | null;
  read(piece: string): RawRow[];
  end(): RawRow[];
}

/** The reader of a format. */
export function rowReader(format: ImportFormat, mapping: Record<string, string>): RowReader {
  return format === 'csv' ? new CsvRows(mapping) : new NdjsonRows(mapping);
}

class CsvRows implements RowReader {
  columns: string[] | null = null;
  private targets: Target[] = [];
  private reader: CsvReader | null = null;

  constructor(private readonly mapping: Record<string, string>) {}

  read(piece: string): RawRow[] {
    this.reader ??= new CsvReader(delimiterOf(piece), LIMITS);
    return this.rowsOf(this.reader.read(piece));
  }

  end(): RawRow[] {
    return this.reader ? this.rowsOf(this.reader.end()) : [];
  }

  private rowsOf(records: CsvRecord[]): RawRow[] {
    if (this.columns === null && records.length > 0) {
      const header = records.shift()!;
      if (header.fault !== null) throw new UnreadableFile(`line ${header.line}: ${header.fault}`);
      this.columns = header.cells.map(unguarded);
      this.targets = layoutOf(this.columns, this.mapping);
    }
    return records.map(({ line, cells, fault }) => {
      const row: RawRow = { line, cells, contact: {}, verbatim: true, malformed: fault };
      if (fault !== null) return row;
      if (cells.length === this.targets.length) row.malformed = this.fill(row, cells);
      else row.malformed = `it has ${cells.length} fields where the header has ${this.targets.length}`;
      return row;
    });
  }

  /** An empty cell says nothing; text is what it is, and lists and objects are JSON. */
  private fill(row: RawRow, cells: string[]): string | null {
    for (let index = 0; index < cells.length; index += 1) {
      const text = unguarded(cells[index]!);
      if (text === '') continue;
      if (text.includes('\0')) row.verbatim = false;
      const target = this.targets[index]!;
      const value = 'field' in target ? valueOf(target.field, text) : text;
      if (value === undefined) return `${this.columns![index]} must be JSON`;
      if (typeof value === 'object' && text.includes('\\')) row.verbatim = false;
      const changed = typeof value === 'object' && !Array.isArray(value) ? changedNumber(text) : null;
      if (changed !== null) return inexact(changed);
      give(row.contact, target, value);
    }
    return null;
  }
}

const JSON_FIELDS: readonly ImportField[] = ['segments', 'attributes', 'push_subscriptions', 'consent'];

/** What a cell's text means in a field; undefined where it is not what it must be. */
export function valueOf(field: ImportField, text: string): unknown {
  if (field === 'segments' && !text.startsWith('['))
    return text
      .split(';')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  return JSON_FIELDS.includes(field) ? parsed(text) : text;
}

class NdjsonRows implements RowReader {
  columns: string[] | null = ['record'];
  private readonly targets = new Map<string, Target>();
  private rest = '';
  private line = 0;
  /** Whether it is within a line that was refused for its length already. */
  private passing = false;

  constructor(private readonly mapping: Record<string, string>) {}

  read(piece: string): RawRow[] {
    const lines = (this.rest + piece).split('\n');
    if (this.passing && lines.length > 1) {
      lines.shift();
      this.passing = false;
    }
    this.rest = this.passing ? '' : lines.pop()!;
    const rows = this.passing ? [] : lines.flatMap((text) => this.rowOf(text));
    if (this.rest.length > LIMITS.record) {
      rows.push(...this.rowOf(this.rest));
      this.rest = '';
      this.passing = true;
    }
    return rows;
  }

  end(): RawRow[] {
    return this.rest === '' ? [] : this.read('\n');
  }

  private rowOf(text: string): RawRow[] {
    this.line += 1;
    if (text.length > LIMITS.record) {
      const malformed = `it is longer than ${LIMITS.record} characters`;
      return [{ line: this.line, cells: [shortened(text)], contact: {}, verbatim: true, malformed }];
    }
    if (text.trim() === '') return [];
    const row: RawRow = {
      line: this.line,
      cells: [text.trim()],
      contact: {},
      verbatim: !/[\0\\]/.test(text),
      malformed: null,
    };
    const value = parsed(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [{ ...row, malformed: 'it must be a JSON object' }];
    const changed = changedNumber(text);
    if (changed !== null) return [{ ...row, malformed: inexact(changed) }];
    for (const [name, field] of Object.entries(value)) {
      if (name in Object.prototype) return [{ ...row, malformed: `property ${name} should not exist` }];
      // Null says nothing, like an empty cell.
      if (field !== null) give(row.contact, this.targetFor(name), field);
    }
    return [row];
  }

  private targetFor(name: string): Target {
    const known = this.targets.get(name);
    if (known) return known;
    const target = targetOfColumn(name, this.mapping);
    // Names that every line has anew are not worth remembering.
    if (this.targets.size < 1_000) this.targets.set(name, target);
    return target;
  }
}

function give(contact: Record<string, unknown>, target: Target, value: unknown): void {
  if ('ignored' in target) return;
  if ('attribute' in target) add(contact, 'attributes', target.attribute, value);
  else if (isConsent(target.field)) add(contact, 'consent', target.field.slice(0, -'_consent'.length), value);
  else if ((target.field === 'attributes' || target.field === 'consent') && isObject(value))
    contact[target.field] = { ...(contact[target.field] ?? {}), ...value };
  else contact[target.field] = value;
}

/** Adds to an object within a contact; one that is something else already stays, and will be refused. */
function add(contact: Record<string, unknown>, field: 'attributes' | 'consent', name: string, value: unknown): void {
  const present = (contact[field] ??= {});
  if (isObject(present)) present[name] = value;
}

const isConsent = (field: ImportField): boolean => (CONSENT_FIELDS as readonly string[]).includes(field);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
