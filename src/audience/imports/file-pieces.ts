import { setImmediate as breathe } from 'node:timers/promises';
import { ENDLESS, LIMITS, UnreadableFile } from '../domain/csv-reader.js';

/** A piece of a file: whole lines of text, but for the last. `bytesDone` is how far into the file it goes. */
export interface Piece {
  text: string;
  bytesDone: number;
}

/** Work on one piece must be over in a few milliseconds: the process has other things to do. */
const PIECE_BYTES = 32_768;

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
      const end = rest.lastIndexOf('\n') + 1;
      // A line that does not end; four bytes a character at most.
      if (end === 0 && rest.length > LIMITS.record * ENDLESS * 4) throw tooLong(lines + 1);
      if (end === 0) continue;
      const text = decoded(rest.subarray(0, end), lines, bytesDone === 0);
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
      bytesDone += end;
      rest = rest.subarray(end);
      yield { text, bytesDone };
      await breathe();
    }
  }
  if (rest.length > 0) yield { text: decoded(rest, lines, bytesDone === 0), bytesDone: bytesDone + rest.length };
}

function decoded(bytes: Buffer, linesBefore: number, start: boolean): string {
  if (start && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)))
    throw new UnreadableFile('line 1: the file is UTF-16; save it as UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: !start }).decode(bytes);
  } catch {
    throw new UnreadableFile(`line ${linesBefore + firstWrong(bytes)}: it is not UTF-8; save the file as UTF-8`);
  }
}

/** The first line that is not UTF-8, counted from 1. */
function firstWrong(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf('\n', from) + 1 || bytes.length;
    try {
      decoder.decode(bytes.subarray(from, end));
    } catch {
      return line;
    }
    from = end;
  }
  return line;
}

function tooLong(line: number): UnreadableFile {
  return new UnreadableFile(`line ${line}: it is longer than ${LIMITS.record * ENDLESS} characters`);
}

/** A copy in which each CR is an LF; the chunk itself is still to be stored. */
function withLf(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk);
  for (let at = copy.indexOf(CR); at !== -1; at = copy.indexOf(CR, at + 1)) copy[at] = LF;
  return copy;
}
