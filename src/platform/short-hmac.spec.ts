import { createHmac } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shortHmac } from './short-hmac.js';

it('is the HMAC that everybody else computes, one message after the other', () => {
  const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((values) => Buffer.from(values));
  fc.assert(
    fc.property(bytes(128), fc.array(bytes(128), { minLength: 1 }), (key, messages) => {
      const hmac = shortHmac(key);
      for (const message of messages) {
        const expected = createHmac('sha512', key).update(message).digest('binary');
        expect(hmac(message.toString('latin1'))).toBe(expected);
      }
    }),
  );
});

it('is not made of what is too long for it', () => {
  expect(() => shortHmac(Buffer.alloc(129))).toThrow(RangeError);
  expect(() => shortHmac(Buffer.alloc(32))('x'.repeat(129))).toThrow(RangeError);
});
