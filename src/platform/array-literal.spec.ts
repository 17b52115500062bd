import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { types } from 'pg';
import { bigints, texts } from './array-literal.js';

const parseTexts = types.getTypeParser(1009 as never) as (literal: string) => unknown;

describe('an array literal', () => {
  it('of texts is read back as it was, whatever the characters', () => {
    const text = fc.oneof(
      fc.constant(null),
      fc.constantFrom('NULL', '', '{}', 'a,b', '"', '\\', '\\"', ' ', '\n'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(text), (values) => {
        expect(parseTexts(texts(values))).toEqual(values);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of numbers has them between commas', () => {
    expect(bigints([])).toBe('{}');
    expect(bigints([1, -2, 9_007_199_254_740_991])).toBe('{1,-2,9007199254740991}');
  });
});
