import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changedNumber } from './json-numbers.js';

describe('a number that reading JSON changes', () => {
  it.each([
    ['{"n": 9007199254740993}', '9007199254740993'],
    ['[1, {"n": -1e400}]', '-1e400'],
    ['{"n": 1e-400}', '1e-400'],
    ['{"n": 0.12345678901234567890}', '0.12345678901234567890'],
    ['{"a": 9007199254740992, "b": 123456789012345678901}', '123456789012345678901'],
  ])('of %s is %s', (json, number) => {
    expect(changedNumber(json)).toBe(number);
  });

  it.each(['{"n": 0.1}', '{"n": 1.50e2}', '{"n": 1E21}', '{"n": 0.0e10}', '{"n": 100000000000000000000}'])(
    'is not in %s',
    (json) => {
      expect(changedNumber(json)).toBeNull();
    },
  );

  it('is never in a text', () => {
    expect(changedNumber('{"9007199254740993": "\\"9007199254740993", "e": "1e400"}')).toBeNull();
  });

  it('is in nothing that JavaScript wrote', () => {
    const json = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), fc.jsonValue());
    fc.assert(fc.property(json, (value) => changedNumber(JSON.stringify(value)) === null));
  });
});
