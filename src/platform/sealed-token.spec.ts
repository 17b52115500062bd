import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Seal } from './sealed-token.js';

const keys = { mac: Buffer.alloc(32, 7), cipher: Buffer.alloc(32, 8) };
const seal = new Seal(keys);
const words = ['17', 'email', '3', 'josé.m@example.com'];
const token = seal.seal(words);

/** The same by the library: AES-CTR that begins with the MAC. */
function tokenByLibrary(words: string[]): { token: string; first: Buffer } {
  const text = words.join('.');
  const first = createHmac('sha256', keys.mac).update(text).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, first);
  return { token: Buffer.concat([first, cipher.update(text)]).toString('base64url'), first };
}

describe('a sealed token', () => {
  it('says what was sealed, its last word with full stops', () => {
    expect(seal.open(token, 4)).toEqual(words);
  });

  it('shows nobody what it says', () => {
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toMatch(/17|email|example/);
    expect(seal.seal(['18', ...words.slice(1)]).slice(22)).not.toBe(token.slice(22));
  });

  it('is what the library makes of it, where the counter carries, too', () => {
    let carried = 0;
    for (let id = 0; id < 500; id += 1) {
      const many = [String(id), 'x'.repeat(300)];
      const expected = tokenByLibrary(many);
      carried += Number(expected.first[15]! > 236);
      expect(seal.seal(many)).toBe(expected.token);
    }
    expect(carried).toBeGreaterThan(0);
  });

  it('is nothing under other keys', () => {
    expect(new Seal({ ...keys, mac: Buffer.alloc(32, 8) }).open(token, 4)).toBeNull();
    expect(new Seal({ ...keys, cipher: Buffer.alloc(32, 7) }).open(token, 4)).toBeNull();
  });

  it('is nothing once any character of it is another', () => {
    for (let index = 0; index < token.length; index += 1)
      for (const other of ['A', 'b', '-', '=', '.'])
        if (token[index] !== other)
          expect(seal.open(token.slice(0, index) + other + token.slice(index + 1), 4)).toBeNull();
  });

  it.each(['', 'A', 'AAAAAAAAAAAAAAAAAAAAAA', 'ü', `${token}A`])('is not %j', (other) => {
    expect(seal.open(other, 4)).toBeNull();
  });
});
