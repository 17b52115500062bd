import { hash } from 'node:crypto';

/** How much each hash takes in at a time, and how long it is, in bytes. */
const SIZES = { sha256: { block: 64, digest: 32 }, sha512: { block: 128, digest: 64 } } as const;

/** Messages of up to so many bytes have room already. */
const ROOM = 128;

/** The HMAC of a message; both are strings of bytes, of short ones a Buffer costs more than the hashing. */
export type Hmac = (message: string) => string;

/**
 * HMAC (RFC 2104) under a key no longer than a block, by two hashes in one call each. `createHmac` makes an object outside the
 * heap for each message, and making and collecting a million of those costs several times the hashing; one is made for every
 * recipient of a run. Throws a RangeError for a longer key.
 */
export function hmacUnder(key: Buffer, by: keyof typeof SIZES): Hmac {
  const { block, digest } = SIZES[by];
  if (key.length > block) throw new RangeError(`a key of ${key.length} bytes is longer than a block`);
  const inner = padded(key, 0x36, block, ROOM);
  const outer = padded(key, 0x5c, block, digest);
  return (message) => {
    const bytes = message.length > ROOM ? padded(key, 0x36, block, message.length) : inner;
    const end = block + bytes.write(message, block, 'latin1');
    outer.write(hash(by, bytes.subarray(0, end), 'binary'), block, 'latin1');
    return hash(by, outer, 'binary');
  };
}

/** The key's block with a pad over it, and room behind it. */
function padded(key: Buffer, pad: number, block: number, room: number): Buffer {
  const bytes = Buffer.alloc(block + room);
  for (let index = 0; index < block; index += 1) bytes[index] = (key[index] ?? 0) ^ pad;
  return bytes;
}
