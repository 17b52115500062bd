import { hash } from 'node:crypto';

const BLOCK_BYTES = 128;
const DIGEST_BYTES = 64;
const MOST_BYTES = 128;

/** The HMAC of a message; both are strings of bytes. */
export type ShortHmac = (message: string) => string;

/**
 * HMAC-SHA512 (RFC 2104) of messages of up to 128 bytes under a key of no more. `createHmac` makes a native object for each,
 * which costs as much as the two hashes, and as much again when it is collected; one is made of every message that is tracked.
 * Throws a RangeError for longer ones.
 */
export function shortHmac(key: Buffer): ShortHmac {
  if (key.length > BLOCK_BYTES) throw new RangeError('the key is too long');
  const inner = padded(key, 0x36, MOST_BYTES);
  const outer = padded(key, 0x5c, DIGEST_BYTES);
  return (message) => {
    if (message.length > MOST_BYTES) throw new RangeError('the message is too long');
    const end = BLOCK_BYTES + inner.write(message, BLOCK_BYTES, 'latin1');
    outer.write(hash('sha512', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha512', outer, 'binary');
  };
}

/** The key's block with a pad over it, and room behind it. */
function padded(key: Buffer, pad: number, room: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES + room);
  for (let index = 0; index < BLOCK_BYTES; index += 1) bytes[index] = (key[index] ?? 0) ^ pad;
  return bytes;
}
