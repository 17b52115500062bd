import { expect, it } from '@jest/globals';
import { freeName } from './free-name.js';

it('counts until a name is free, and stays as short as it must', () => {
  expect(freeName('A', new Set())).toBe('A');
  expect(freeName('A', new Set(['A', 'A 2', 'A 3']))).toBe('A 4');
  expect(freeName('a', new Set(['a']), { between: '-' })).toBe('a-2');
  expect(freeName('abcd', new Set(['abcd', 'ab 2']), { longest: 4 })).toBe('ab 3');
});
