import { CompiledQuery } from 'kysely';
import type { Client, Pool, Submittable } from 'pg';
import type { Db } from './database.js';

const MARK = '/* copy */ ';

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value as COPY reads it between tabs. */
export function copyText(value: string | null): string {
  if (value === null) return '\\N';
  return value.search(SPECIAL) === -1 ? value : value.replace(SPECIAL, (character) => ESCAPED[character]!);
}

/** Adds rows to a table by COPY: each is `copyText` of its columns with tabs between them and a line end. */
export async function copyIn(db: Db, table: string, columns: readonly string[], rows: string): Promise<void> {
  const names = columns.map((name) => `"${name}"`).join(', ');
  await db.getExecutor().executeQuery(CompiledQuery.raw(`${MARK}copy "${table}" (${names}) from stdin`, [rows]));
}

/** The wire under a client, which its types leave out. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A COPY FROM STDIN with all of its rows at hand, as the driver wants to be told of it. */
class CopyIn implements Submittable {
  readonly answer: Promise<{ command: string; rowCount: number; rows: [] }>;
  private resolve!: (answer: { command: string; rowCount: number; rows: [] }) => void;
  private reject!: (error: Error) => void;
  private rowCount = 0;

  constructor(
    private readonly text: string,
    private readonly rows: string,
  ) {
    this.answer = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }

  submit(wire: unknown): void {
    (wire as Wire).query(this.text);
  }

  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFromChunk(Buffer.from(this.rows));
    wire.endCopyFrom();
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rowCount = Number(text.split(' ').at(-1));
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve({ command: 'INSERT', rowCount: this.rowCount, rows: [] });
  }
}

/** Teaches the connections of a pool the statements of `copyIn`, which the driver has no words for; all others pass as they are. */
export function copyMarked(pool: Pool): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const marked = (text: unknown, ...rest: unknown[]): unknown => {
      if (typeof text !== 'string' || !text.startsWith(MARK)) return query(text, ...rest);
      const copy = new CopyIn(text, (rest[0] as [string])[0]);
      query(copy);
      return copy.answer;
    };
    client.query = marked as Client['query'];
  });
}
