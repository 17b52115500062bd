/** A record and the line it begins in, counted from 1. */
export interface CsvRecord {
  line: number;
  /** Its cells; of a wrong one the record itself, or its beginning. */
  cells: string[];
  /** Why it cannot be taken; null where it can. */
  fault: string | null;
}

/** How much one record and one cell may have, in characters. */
export interface CsvLimits {
  record: number;
  cell: number;
}

/**
 * How much one line of an imported file and one field of it may have: what our own export writes of a contact with all that it
 * may have, be every sign of its twenty push subscriptions a quote, which JSON and CSV escape.
 */
export const LIMITS: CsvLimits = { record: 524_288, cell: 262_144 };

/** A file that cannot be read on; the message names the line. */
export class UnreadableFile extends Error {}

/** How many times as long as it may be a record with an open quote is looked at, to refuse it and go on behind it. */
const ENDLESS = 2;

/** The beginning of a text that is too long, by which it is known again; it must not be taken for the whole. */
export const shortened = (text: string): string => `${text.slice(0, 200).trim()}…`;

const DELIMITERS = [',', ';', '\t'] as const;

/** The delimiter of a header: the one there is most of outside quotes. */
export function delimiterOf(header: string): string {
  const line = header.replaceAll(/"[^"]*"/g, '').split('\n', 1)[0]!;
  const count = (delimiter: string) => line.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/**
 * Reads CSV (RFC 4180) piece by piece. Lines end in LF or CRLF, quoted cells may hold them; records without any value are passed over.
 * White space around cells that are not quoted is not part of them. A quote inside such a cell is itself. Text behind a quoted
 * cell is a mistake, and nobody can tell which.
 */
export class CsvReader {
  private rest = '';
  private line = 1;
  /** Whether it is within a line that was refused for its length already. */
  private passing = false;

  constructor(
    private readonly delimiter: string,
    private readonly limits: CsvLimits,
  ) {}

  /** The records that are whole with this piece. Throws UnreadableFile for one that has no end, once those before it are read. */
  read(piece: string): CsvRecord[] {
    const text = this.passing ? this.passedBy(piece) : this.rest + piece;
    const records: CsvRecord[] = [];
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      const line = text.slice(from, end);
      if (line.includes('"')) {
        const whole = this.quoted(text, from);
        if (whole === null) break;
        this.keep(records, whole.cells, text.slice(from, whole.end), whole.fault);
        this.line += whole.lines;
        from = whole.end;
      } else {
        this.keep(records, this.plain(line), line, null);
        this.line += 1;
        from = end + 1;
      }
    }
    this.rest = text.slice(from);
    if (this.rest.length > this.limits.record) this.refuseRest(records);
    return records;
  }

  /** What is not whole yet and too long already: a line without quotes ends where it ends, and else one is most likely not closed. */
  private refuseRest(records: CsvRecord[]): void {
    if (!this.rest.includes('"')) {
      this.keep(records, [this.rest], this.rest, null);
      this.rest = '';
      this.passing = true;
    } else if (this.rest.length > this.limits.record * ENDLESS && records.length === 0) throw this.endless();
  }

  /** What follows the line that is passed over, in a piece of the file. */
  private passedBy(piece: string): string {
    const end = piece.indexOf('\n');
    // Of a quote in it nobody can tell whether lines end within.
    if (piece.slice(0, end === -1 ? undefined : end).includes('"')) throw this.endless();
    if (end === -1) return '';
    this.passing = false;
    this.line += 1;
    return piece.slice(end + 1);
  }

  private endless(): UnreadableFile {
    const longest = this.limits.record * ENDLESS;
    return new UnreadableFile(
      `line ${this.line}: a record is longer than ${longest} characters; is a quote not closed?`,
    );
  }

  /** The last record, where no line end follows it. Throws UnreadableFile for a quote that is never closed. */
  end(): CsvRecord[] {
    if (this.rest === '') return [];
    const records = this.read('\n');
    if (this.rest !== '') throw new UnreadableFile(`line ${this.line}: a quote is opened and never closed`);
    return records;
  }

  private plain(line: string): string[] {
    const cells = line.split(this.delimiter);
    for (let index = 0; index < cells.length; index += 1) cells[index] = cells[index]!.trim();
    return cells;
  }

  private keep(records: CsvRecord[], cells: string[], record: string, wrong: string | null): void {
    if (cells.every((cell) => cell === '')) return;
    const tooLong = this.tooLong(cells, record.length);
    const fault = tooLong ?? wrong;
    const told = tooLong === null ? record.trim() : shortened(record);
    records.push({ line: this.line, cells: fault === null ? cells : [told], fault });
  }

  private tooLong(cells: string[], length: number): string | null {
    const { record, cell } = this.limits;
    if (length > record) return `it is longer than ${record} characters`;
    return cells.some((each) => each.length > cell) ? `a field is longer than ${cell} characters` : null;
  }

  /** The record that begins at `from` and has quotes; null while its end has not come. */
  private quoted(text: string, from: number): QuotedRecord | null {
    const cells: string[] = [];
    let lines = 1;
    let fault: string | null = null;
    for (let at = from; ;) {
      while (text[at] === ' ') at += 1;
      let cell: string;
      if (text[at] === '"') {
        const closed = closingQuote(text, at + 1);
        if (closed === -1) return null;
        cell = text.slice(at + 1, closed).replaceAll('""', '"');
        for (const character of cell) if (character === '\n') lines += 1;
        at = closed + 1;
        const tail = this.cellEnd(text, at);
        if (text.slice(at, tail).trim() !== '') fault ??= `field ${cells.length + 1} has text behind its closing quote`;
        at = tail;
      } else {
        const end = this.cellEnd(text, at);
        cell = text.slice(at, end).trim();
        at = end;
      }
      cells.push(cell);
      // Where the text ends, the line does not yet: a closing quote may be the first of two.
      if (at === text.length) return null;
      at += 1;
      if (text[at - 1] === '\n') return { cells, end: at, lines, fault };
    }
  }

  /** Where the next delimiter or line end is, or the end of the text. */
  private cellEnd(text: string, from: number): number {
    let at = from;
    while (at < text.length && text[at] !== this.delimiter && text[at] !== '\n') at += 1;
    return at;
  }
}

/** A record that has quotes, where in the text it ends and how many lines it has. */
interface QuotedRecord {
  cells: string[];
  end: number;
  lines: number;
  fault: string | null;
}

/** The quote that ends a cell, passing over doubled ones; -1 where it has not come. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
