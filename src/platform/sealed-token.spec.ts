import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openToken, sealToken } from './sealed-token.js';

const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
const keys = { mac: keyOf(7), cipher: keyOf(8) };
const words = ['17', 'email', '3', 'josé.m@example.com'];
const token = sealToken(keys, words);

describe('a sealed token', () => {
  it('says what was sealed, its last word with full stops', () => {
    expect(openToken(keys, token, 4)).toEqual(words);
  });

  it('shows nobody what it says', () => {
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toMatch(/17|email|example/);
    expect(sealToken(keys, ['18', ...words.slice(1)]).slice(22)).not.toBe(token.slice(22));
  });

  it('is nothing under other keys', () => {
    expect(openToken({ ...keys, mac: keyOf(8) }, token, 4)).toBeNull();
    expect(openToken({ ...keys, cipher: keyOf(7) }, token, 4)).toBeNull();
  });

  it('is nothing once any character of it is another', () => {
    for (let index = 0; index < token.length; index += 1)
      for (const other of ['A', 'b', '-', '=', '.'])
        if (token[index] !== other)
          expect(openToken(keys, token.slice(0, index) + other + token.slice(index + 1), 4)).toBeNull();
  });

  it.each(['', 'A', 'AAAAAAAAAAAAAAAAAAAAAA', 'ü', `${token}A`])('is not %j', (other) => {
    expect(openToken(keys, other, 4)).toBeNull();
  });
});
