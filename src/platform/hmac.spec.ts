import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hmacUnder } from './hmac.js';

describe('an HMAC', () => {
  it.each([0, 1, 31, 32, 63, 64])('is that of the library under a key of %i bytes', (length) => {
    const key = randomBytes(length);
    const hmac = hmacUnder(key);
    for (const size of [0, 1, 40, 55, 64, 65, 1_000]) {
      const text = randomBytes(size);
      expect(hmac(text)).toEqual(createHmac('sha256', key).update(text).digest());
    }
  });

  it('is not made under a key longer than a block', () => {
    expect(() => hmacUnder(Buffer.alloc(65))).toThrow('a key of 65 bytes is longer than a block');
  });
});
