import { createCipheriv, createDecipheriv, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

const CIPHER = 'aes-256-ctr';
/** 128 bits, as many as the cipher takes to begin with. */
const MAC_BYTES = 16;

/** One key to prove with, another to hide with. */
export interface SealKeys {
  mac: KeyObject;
  cipher: KeyObject;
}

/**
 * A token that says `words`, can be made only with these keys and read only with them; good for ever. The cipher begins with
 * the MAC of the words, as in SIV (RFC 5297): the same words make the same token, others begin elsewhere. Only the last word
 * may have a full stop.
 */
export function sealToken({ mac, cipher }: SealKeys, words: readonly string[]): string {
  const text = Buffer.from(words.join('.'));
  const proof = macOf(mac, text);
  return Buffer.concat([proof, createCipheriv(CIPHER, cipher, proof).update(text)]).toString('base64url');
}

/** The first `count - 1` words of a token that was made with these keys, and all that follows as the last; null for anything else. */
export function openToken({ mac, cipher }: SealKeys, token: string, count: number): string[] | null {
  const bytes = Buffer.from(token, 'base64url');
  // Base64 has several spellings of the same bytes; ours is the only one that counts.
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== token) return null;
  const proof = bytes.subarray(0, MAC_BYTES);
  const text = createDecipheriv(CIPHER, cipher, proof).update(bytes.subarray(MAC_BYTES));
  if (!timingSafeEqual(proof, macOf(mac, text))) return null;
  const words = text.toString().split('.');
  return [...words.slice(0, count - 1), words.slice(count - 1).join('.')];
}

const macOf = (key: KeyObject, text: Buffer): Buffer =>
  createHmac('sha256', key).update(text).digest().subarray(0, MAC_BYTES);
