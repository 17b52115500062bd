import { describe, expect, it } from '@jest/globals';
import { readToken, signToken } from './signed-token.js';

const key = Buffer.alloc(32, 7);
const now = new Date('2026-11-28T10:00:00Z');
const later = new Date('2026-11-29T10:00:00Z');

describe('a signed token', () => {
  it('says what was signed', () => {
    expect(readToken(key, signToken(key, ['17', 'email', ''], null), now)).toEqual(['17', 'email', '']);
  });

  it('is good until its last second, and no longer', () => {
    const token = signToken(key, ['17'], later);
    expect(readToken(key, token, new Date(later.getTime() - 1))).toEqual(['17']);
    expect(readToken(key, token, later)).toBeNull();
  });

  it('is nothing under another key', () => {
    expect(readToken(Buffer.alloc(32, 8), signToken(key, ['17'], null), now)).toBeNull();
  });

  it('is nothing once any character of it is another', () => {
    const token = signToken(key, ['17', 'email'], later);
    for (let index = 0; index < token.length; index += 1)
      for (const other of ['A', 'b', '-', '=', '.'])
        if (token[index] !== other)
          expect(readToken(key, token.slice(0, index) + other + token.slice(index + 1), now)).toBeNull();
  });

  it.each(['', 'A', 'AAAAAAAAAAAAAAAAAAAAAA', '%00', 'ü', `${signToken(key, ['17'], null)}A`])('is not %j', (token) => {
    expect(readToken(key, token, now)).toBeNull();
  });
});
