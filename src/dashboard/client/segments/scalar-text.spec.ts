import { describe, expect, it } from '@jest/globals';
import type { Comparison } from '../../../audience/domain/segment-rule.js';
import { comparisonOf, oneOf, readList, readScalar, writeScalar } from './scalar-text.js';

const level = (op: Comparison['op'], value: Comparison['value']): Comparison => ({ attribute: 'level', op, value });
const typed = (text: string, op: 'eq' | 'ne' = 'eq') => {
  const { attribute: _, ...rest } = comparisonOf(level('eq', ''), { op, text, form: 'either' }) as never as {
    attribute: string;
  };
  return rest;
};

describe('a value in the builder', () => {
  it('is the JSON that it looks like, and text in quotes', () => {
    for (const value of ['pro', 5, -1.5, 1e21, true, false, '5', 'true', '"quoted"', '04109', ''])
      expect(readScalar(writeScalar(value, true), true)).toBe(value);
    expect(readScalar('5', false)).toBe('5');
  });

  it.each(['04109', '5.', '-0', '+5', ' 5', '12345678901234567890', '0x10', 'Infinity', '00.5', '0.12345678901234567'])(
    'stays text where it is not quite a number: %s',
    (text) => expect([readScalar(text, true), typed(text)]).toEqual([text, { op: 'eq', value: text }]),
  );

  it('is asked for as a number and as the text that a file has', () => {
    expect(typed('5')).toEqual({ op: 'in', value: [5, '5'] });
    expect(typed('10.50', 'ne')).toEqual({ op: 'not_in', value: [10.5, '10.50'] });
    expect(typed('true')).toEqual({ op: 'in', value: [true, 'true'] });
    expect(typed('"5"')).toEqual({ op: 'eq', value: '5' });
  });

  it.each([
    level('eq', 5),
    level('eq', '5'),
    level('ne', true),
    level('eq', 'true'),
    level('eq', '"5"'),
    level('eq', '04109'),
    level('eq', ''),
    level('in', [5, '5']),
    level('not_in', [10.5, '10.50']),
  ])('is the same comparison when it comes out: %j', (comparison) => {
    expect(comparisonOf(comparison, oneOf(comparison)!)).toEqual(comparison);
  });

  it.each([
    level('in', ['5', 5]),
    level('in', [5, '6']),
    level('in', [5, '5', 6]),
    level('in', ['a', 'b']),
    level('in', [5]),
    level('lt', 5),
    { field: 'email', op: 'eq', value: '5' } satisfies Comparison,
  ])('is no single one in %j', (comparison) => expect(oneOf(comparison)).toBeNull());

  it('comes to a list in both forms, and what is there already stays as it is', () => {
    expect(readList(['5'], [], true)).toEqual(['5', 5]);
    expect(readList(['5', '04109', 'pro'], ['5'], true)).toEqual([5, '04109', 'pro']);
    expect(readList(['"5"', '5'], ['"5"'], true)).toEqual(['5', 5]);
    expect(readList(['5'], [], false)).toEqual(['5']);
  });
});
