import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hmacUnder } from './hmac.js';

describe.each([
  ['sha256', 64],
  ['sha512', 128],
] as const)('an HMAC by %s', (by, block) => {
  it('is the one that everybody else computes, one message after the other', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((values) => Buffer.from(values));
    const messages = fc.array(fc.oneof(bytes(128), bytes(1_000)), { minLength: 1 });
    fc.assert(
      fc.property(bytes(block), messages, (key, given) => {
        const hmac = hmacUnder(key, by);
        for (const message of given) {
          const expected = createHmac(by, key).update(message).digest('binary');
          expect(hmac(message.toString('latin1'))).toBe(expected);
        }
      }),
    );
  });

  it('is not made under a key longer than a block', () => {
    expect(() => hmacUnder(Buffer.alloc(block + 1), by)).toThrow(RangeError);
  });
});
