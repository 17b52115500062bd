import { expect, it } from '@jest/globals';
import { wilson } from './interval.js';

/** Method 3 of Newcombe, Statistics in Medicine 17 (1998), table I. */
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [29, 29, 0.883, 1],
])('%d of %d lies where the literature says', (part, whole, low, high) => {
  expect(wilson(part, whole)).toEqual({ low, high });
});

it('has no interval where there is nothing to take a share of', () => expect(wilson(0, 0)).toBeNull());
