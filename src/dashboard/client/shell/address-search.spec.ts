import { expect, it } from '@jest/globals';
import { readSearch, writeSearch } from './address-search.js';

it('writes words as they are', () => {
  expect(writeSearch({ run: '37', hits: 'all', preset: undefined })).toBe('?run=37&hits=all');
  expect(writeSearch({})).toBe('');
});

it('reads the addresses that had words in quotes', () => {
  expect(readSearch('?run=%2237%22')).toEqual({ run: '37' });
  const rule = '{"segment":"tech"}';
  expect(readSearch(`?rule=${encodeURIComponent(JSON.stringify(rule))}`)).toEqual({ rule });
});

it.each(['07', 'tech', '"quoted"', '"37"', 'a "b" & c+d=e', '{"any":[{"segment":"x"}]}', 'null', '100%'])(
  'reads %s as it was written',
  (word) => expect(readSearch(writeSearch({ word }))).toMatchObject({ word }),
);
