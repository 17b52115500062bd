import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from './csv.js';
import { guarded, unguarded } from './domain/formula-guard.js';

describe('a guarded cell', () => {
  it.each(['=1+1', '+49', '-1', '@SUM(A1)', '\tx', '\rx', '\n=1+1', '＝1+1', '＋1', '－1', '＠x', "'=x", "''@"])(
    'of %j begins with a quote',
    (text) => {
      expect(guarded(text)).toBe(`'${text}`);
    },
  );

  it.each(['', 'x', "'x", '1=1', ' =x'])('of %j is itself', (text) => {
    expect(guarded(text)).toBe(text);
  });

  it('can be undone, whatever it is', () => {
    const formula = fc.stringMatching(/^'{0,3}[=+\-@\t\r\n＝＠x]{0,3}$/);
    fc.assert(fc.property(fc.oneof(formula, fc.string()), (text) => unguarded(guarded(text)) === text));
  });
});

describe('a line of CSV', () => {
  it('quotes what must be, and nothing else', () => {
    expect(csvLine(['plain', 'a,b', 'a;b', 'say "x"', 'two\nlines', ' spaced ', '', null, -7])).toBe(
      'plain,"a,b","a;b","say ""x""","two\nlines"," spaced ",,,-7\r\n',
    );
  });

  it('is guarded unless it is raw', () => {
    expect(csvLine(['=1'])).toBe("'=1\r\n");
    expect(csvLine(['=1'], true)).toBe('=1\r\n');
  });
});
