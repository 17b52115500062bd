import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CampanileError, invalid } from '../../platform/errors.js';

/** The most an uploaded file may have, unpacked. */
const MAX_MIB = 512;
const MAX_BYTES = MAX_MIB * 1024 * 1024;

/** How many times its size a packed file may grow; files of contacts grow 3 to 30 times. */
const MAX_RATIO = 100;

/** Below this a file may grow as it likes. */
const RATIO_FROM_BYTES = 4 * 1024 * 1024;

/** What is kept of the file as one row, and looked at before it is taken in. */
export const CHUNK_BYTES = 256 * 1024;

const MAGIC = [0x1f, 0x8b];

/**
 * Reads an uploaded file in chunks of one size, and unpacks it where it is packed, whatever its sender calls it. Throws
 * BODY_TOO_LARGE, or UNREADABLE_FILE for a bomb or broken gzip. `take` gets each chunk and how many bytes came in.
 */
export async function unpack(stream: AsyncIterable<Buffer>, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  let received = 0;
  let unpacked = 0;
  const source = stream[Symbol.asyncIterator]();
  const start: Buffer[] = [];
  let length = 0;
  while (length < MAGIC.length) {
    const { value, done } = await source.next();
    if (done) break;
    start.push(value);
    length += value.length;
  }
  const whole = async function* () {
    for (const chunk of start) {
      received += chunk.length;
      yield chunk;
    }
    for (let next = await source.next(); !next.done; next = await source.next()) {
      received += next.value.length;
      yield next.value;
    }
  };
  const keep = async (content: AsyncIterable<Buffer>) => {
    let pending: Buffer[] = [];
    let size = 0;
    for await (const piece of content) {
      unpacked += piece.length;
      if (unpacked > MAX_BYTES)
        throw new CampanileError('too_large', 'BODY_TOO_LARGE', `A file may have ${MAX_MIB} MiB, unpacked; split it.`);
      if (unpacked > RATIO_FROM_BYTES && unpacked > received * MAX_RATIO)
        throw unreadable(`the file grows to more than ${MAX_RATIO} times its size when it is unpacked`);
      pending.push(piece);
      size += piece.length;
      if (size < CHUNK_BYTES) continue;
      await take(Buffer.concat(pending));
      [pending, size] = [[], 0];
    }
    if (size > 0) await take(Buffer.concat(pending));
  };
  const packed = MAGIC.every((byte, index) => Buffer.concat(start)[index] === byte);
  try {
    await (packed ? pipeline(whole(), createGunzip(), keep) : pipeline(whole(), keep));
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw typeof code === 'string' && code.startsWith('Z_') ? unreadable('it is not whole as gzip') : error;
  }
}

/** The answer to a file that cannot be read. */
export const unreadable = (message: string) => invalid('UNREADABLE_FILE', [{ pointer: '', message }]);

/** What tells requests apart: a caller's key, or what a request asks for. */
export const digestOf = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');
