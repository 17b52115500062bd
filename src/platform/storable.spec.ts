import { expect, it } from '@jest/globals';
import { isStorable, storable } from './storable.js';

it('text from outside is stored without what is no text, and whole characters stay', () => {
  expect(storable('a\0b\ud83d\0')).toBe('ab');
  expect(storable('a\0b\ud83d', '?')).toBe('a?b?');
  expect(storable('\u{1f514} \udd14x')).toBe('\u{1f514} x');
  expect(['a', '\u{1f514}', 'a\0', '\ud83d'].map(isStorable)).toEqual([true, true, false, false]);
});
