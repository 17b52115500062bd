import { describe, expect, it } from '@jest/globals';
import { unusable } from './unusable.js';

const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 1]));
const said = (value: unknown) => unusable(value).map(({ pointer, message }) => `${pointer}: ${message}`);

describe('a body nothing may look at', () => {
  it('is one with an object of more names than the attributes of a contact can have, however deep', () => {
    expect(said(names(3_000))).toEqual([]);
    expect(said(names(3_001))).toEqual([': the body must have at most 3000 names; this has 3001']);
    expect(said({ contacts: [{ attributes: names(100_000) }] })).toEqual([
      '/contacts/0/attributes: /contacts/0/attributes must have at most 3000 names; this has 100000',
    ]);
  });

  it('is one with a list of twice the items that any list may have', () => {
    expect(said({ contacts: Array(20_000).fill(1) })).toEqual([]);
    expect(said({ contacts: Array(20_001).fill(1) })).toEqual([
      '/contacts: /contacts must have at most 20000 items; this has 20001',
    ]);
  });

  it('is one of too many values together', () => {
    const part = Array(10_000).fill({ a: 1, b: 2 });
    expect(said([...Array(16).fill(part)])).toEqual([]);
    expect(said([...Array(17).fill(part)])).toEqual([
      ': the body must have at most 500000 values: send it in several requests',
    ]);
  });

  it('names fifty of its faults', () => {
    expect(unusable(Array(1_000).fill('\0'))).toHaveLength(50);
  });
});
