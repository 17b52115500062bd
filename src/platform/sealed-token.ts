import { createCipheriv, timingSafeEqual } from 'node:crypto';
import { type Hmac, hmacUnder } from './hmac.js';

/** 128 bits, as many as a block of the cipher has. */
const MAC_BYTES = 16;

/** One key to prove with, another to hide with; 32 bytes each. */
export interface SealKeys {
  mac: Buffer;
  cipher: Buffer;
}

/**
 * Makes tokens that say `words`, can be made only with these keys and read only with them; good for ever. The cipher,
 * AES-256 in counter mode, begins with the MAC of the words, as in SIV (RFC 5297): the same words make the same token,
 * others begin elsewhere. Only the last word may have a full stop. Neither the MAC nor the cipher makes an object outside
 * the heap for a token: a run seals one for each recipient.
 */
export class Seal {
  private readonly hmac: Hmac;
  private readonly blocks: ReturnType<typeof createCipheriv>;

  constructor({ mac, cipher }: SealKeys) {
    this.hmac = hmacUnder(mac, 'sha256');
    this.blocks = createCipheriv('aes-256-ecb', cipher, null);
  }

  /** The token that says these words. */
  seal(words: readonly string[]): string {
    const text = Buffer.from(words.join('.'));
    const proof = this.macOf(text);
    return Buffer.concat([proof, this.crossed(text, proof)]).toString('base64url');
  }

  /** The first `count - 1` words of a token that was made with these keys, and all that follows as the last; null for anything else. */
  open(token: string, count: number): string[] | null {
    const bytes = Buffer.from(token, 'base64url');
    // Base64 has several spellings of the same bytes; ours is the only one that counts.
    if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== token) return null;
    const proof = bytes.subarray(0, MAC_BYTES);
    const text = this.crossed(bytes.subarray(MAC_BYTES), proof);
    if (!timingSafeEqual(proof, this.macOf(text))) return null;
    const words = text.toString().split('.');
    return [...words.slice(0, count - 1), words.slice(count - 1).join('.')];
  }

  private macOf(text: Buffer): Buffer {
    return Buffer.from(this.hmac(text.toString('latin1')).slice(0, MAC_BYTES), 'latin1');
  }

  /** A text in counter mode (NIST SP 800-38A §6.5); twice, it is itself again. */
  private crossed(text: Buffer, first: Buffer): Buffer {
    const stream = this.blocks.update(countedFrom(first, Math.ceil(text.length / MAC_BYTES)));
    const other = Buffer.allocUnsafe(text.length);
    for (let index = 0; index < text.length; index += 1) other[index] = text[index]! ^ stream[index]!;
    return other;
  }
}

/** So many blocks that count on from the first, each a number of 128 bits. */
function countedFrom(first: Buffer, count: number): Buffer {
  const blocks = Buffer.alloc(count * MAC_BYTES);
  for (let block = 0; block < count; block += 1) {
    let carry = block;
    for (let index = MAC_BYTES - 1; index >= 0; index -= 1) {
      carry += first[index]!;
      blocks[block * MAC_BYTES + index] = carry & 0xff;
      carry >>= 8;
    }
  }
  return blocks;
}
