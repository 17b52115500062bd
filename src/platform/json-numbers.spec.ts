import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changedNumber, changedNumbers } from './json-numbers.js';

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
    expect(changedNumber('{"\\\\": 9007199254740993, "e": "1e400"}')).toBe('9007199254740993');
    expect(changedNumber(`["${'\\\\'.repeat(4_000_000)}", 1e400]`)).toBe('1e400');
  });

  it('is named with all others, each by its pointer', () => {
    const json = '{"a/b": [1, {"n": 1e400}, "1e400"], "m": 9007199254740993, "e": 1.5e3}';
    expect(changedNumbers(json).map(({ pointer }) => pointer)).toEqual(['/a~1b/1/n', '/m']);
  });

  it('is in nothing that JavaScript wrote', () => {
    const json = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), fc.jsonValue());
    fc.assert(fc.property(json, (value) => changedNumber(JSON.stringify(value)) === null));
  });
});
