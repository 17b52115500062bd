import { KeySet } from '../domain/key-set.js';
import { UnreadableFile } from '../domain/csv-reader.js';
import { piecesOf } from './file-pieces.js';
import type { CreateContact } from '../contacts.dto.js';
import type { Job } from './imports.queries.js';
import { RowCheck, type Verdict } from './row-check.js';
import { type RawRow, rowReader } from './row-reader.js';
import { identityOf, Slice } from './slice.js';

/** Rows of one transaction: a twentieth of a second, and as much as a crash has to do again; three of them are in memory. */
const SLICE_ROWS = 2_500;

/** So much of a file ends a slice, too, in characters: the rows that are in memory stay few where each is long. */
const SLICE_CHARACTERS = 4 * 1024 * 1024;

/** The most rows a file may have. */
const MAX_ROWS = 5_000_000;

/** Reads the slices of an uploaded file that are not done yet. */
export class SliceReader {
  /** The names of the columns, once they are known. */
  columns: string[] | null = null;
  private readonly check: RowCheck;
  private readonly seen = { external_id: new KeySet(), email: new KeySet(), phone: new KeySet() };
  private rowsRead = 0;
  private slice = new Slice();
  /** Of the slice, as it stands in the file. */
  private characters = 0;

  /** `country`: whose national phone numbers are understood (ISO 3166). */
  constructor(
    private readonly job: Pick<Job, 'format' | 'mapping' | 'total'>,
    country?: string,
  ) {
    this.check = new RowCheck(country);
  }

  /**
   * The slices, each once it is full; where the file cannot be read on, what was read before it. Rows done by an earlier holder are read again, only to remember whom they were about;
   * `stillReading` is told now and then meanwhile. Throws UnreadableFile, MalformedHeader or MalformedMapping.
   */
  async *slices(chunks: AsyncIterable<Buffer>, stillReading: () => Promise<void>): AsyncGenerator<Slice> {
    const reader = rowReader(this.job.format, this.job.mapping);
    let bytesDone = 0;
    const rowsOf = async function* (): AsyncGenerator<RawRow[]> {
      for await (const piece of piecesOf(chunks)) {
        bytesDone = piece.bytesDone;
        yield reader.read(piece.text);
      }
      yield reader.end();
    };
    let unreadable: UnreadableFile | null = null;
    try {
      for await (const rows of rowsOf()) {
        this.columns = reader.columns;
        for (const row of rows) {
          const verdict = this.verdictOn(row);
          // Nearly all are known at once, and a promise for each would take as long as the looking.
          this.take(row, verdict instanceof Promise ? await verdict : verdict);
          if (this.slice.size >= SLICE_ROWS || this.characters >= SLICE_CHARACTERS) yield this.cut(bytesDone);
        }
        await stillReading();
      }
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      unreadable = error;
    }
    if (this.slice.size > 0) yield this.cut(bytesDone);
    if (unreadable) throw unreadable;
  }

  private verdictOn({ contact, verbatim, malformed }: RawRow): Verdict | Promise<Verdict> {
    return malformed === null ? this.check.check(contact, verbatim) : { reason: malformed };
  }

  private take(row: RawRow, verdict: Verdict): void {
    this.rowsRead += 1;
    if (this.rowsRead > MAX_ROWS)
      throw new UnreadableFile(`line ${row.line}: a file may have ${MAX_ROWS} rows; split it`);
    const done = this.rowsRead <= this.job.total;
    const { line, cells } = row;
    if (!done) for (const cell of cells) this.characters += cell.length;
    if ('contact' in verdict) {
      const again = this.isAgain(verdict.contact);
      if (!done) this.slice.rows.push({ line, cells, contact: verdict.contact, again });
    } else if (!done) this.slice.rejections.push({ line, cells, reason: verdict.reason });
  }

  private isAgain(contact: CreateContact): boolean {
    const identity = identityOf(contact);
    return this.seen[identity].add(contact[identity]!);
  }

  private cut(bytesDone: number): Slice {
    const { slice } = this;
    slice.bytesDone = bytesDone;
    this.slice = new Slice();
    this.characters = 0;
    return slice;
  }
}
