import { setImmediate as breathe } from 'node:timers/promises';
import { UnreadableFile } from '../domain/csv-reader.js';

/** A piece of a file: whole lines of text, but for the last and for parts of a very long one. `bytesDone` is how far into the file it goes. */
export interface Piece {
  text: string;
  bytesDone: number;
  /** Why there is no other piece behind it; null where there may be. */
  fault: UnreadableFile | null;
}

/** Work on one piece must be over in a few milliseconds: the process has other things to do. */
const PIECE_BYTES = 16_384;

/** A line with more is given in parts: those that read it know where one is too long. */
const LONG_LINE_BYTES = 8 * PIECE_BYTES;

const [CR, LF] = [0x0d, 0x0a];

/**
 * The text of a file. Where its first chunk has no LF, CR alone ends its lines, and each is read as LF. It is cut at line ends, so that no character is cut, and what else the process has to do comes
 * in between. Throws UnreadableFile where it is not UTF-8.
 */
export async function* piecesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let rest = Buffer.alloc(0);
  let bytesDone = 0;
  let lines = 0;
  let endsInCr: boolean | null = null;
  for await (const chunk of chunks) {
    endsInCr ??= chunk.includes(CR) && !chunk.includes(LF);
    const bytes = endsInCr ? withLf(chunk) : chunk;
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      rest = Buffer.concat([rest, bytes.subarray(from, from + PIECE_BYTES)]);
      const end = rest.lastIndexOf('\n') + 1 || (rest.length > LONG_LINE_BYTES ? lastCharacter(rest) : 0);
      if (end === 0) continue;
      const { text, fault } = decoded(rest.subarray(0, end), lines, bytesDone === 0);
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
      bytesDone += end;
      rest = rest.subarray(end);
      if (text !== '') yield { text, bytesDone, fault };
      if (fault) throw fault;
      await breathe();
    }
  }
  if (rest.length === 0) return;
  const { text, fault } = decoded(rest, lines, bytesDone === 0);
  if (text !== '') yield { text, bytesDone: bytesDone + rest.length, fault };
  if (fault) throw fault;
}

/** The text of some bytes; where a line of them is not UTF-8, the lines before it and what is wrong. */
function decoded(bytes: Buffer, linesBefore: number, start: boolean): { text: string; fault: UnreadableFile | null } {
  if (start && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)))
    throw new UnreadableFile('line 1: the file is UTF-16; save it as UTF-8');
  const decode = (some: Buffer) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: !start }).decode(some);
  try {
    return { text: decode(bytes), fault: null };
  } catch {
    const { line, from } = firstWrong(bytes);
    const fault = new UnreadableFile(`line ${linesBefore + line}: it is not UTF-8; save the file as UTF-8`);
    return { text: decode(bytes.subarray(0, from)), fault };
  }
}

/** The first line that is not UTF-8, counted from 1, and where it begins. */
function firstWrong(bytes: Buffer): { line: number; from: number } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let from = 0;
  while (from < bytes.length) {
    const end = bytes.indexOf('\n', from) + 1 || bytes.length;
    try {
      decoder.decode(bytes.subarray(from, end));
    } catch {
      return { line, from };
    }
    from = end;
    line += 1;
  }
  return { line, from };
}

/** Where the last character begins, which may not be whole. */
function lastCharacter(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (at > 0 && (bytes[at]! & 0xc0) === 0x80) at -= 1;
  return at;
}

/** A copy in which each CR is an LF; the chunk itself is still to be stored. */
function withLf(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk);
  for (let at = copy.indexOf(CR); at !== -1; at = copy.indexOf(CR, at + 1)) copy[at] = LF;
  return copy;
}
