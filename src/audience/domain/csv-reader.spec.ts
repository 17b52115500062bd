import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CsvReader, delimiterOf } from './csv-reader.js';

const limits = { record: 1_000, cell: 500 };
const cellsOf = (reader: CsvReader, ...pieces: string[]) =>
  [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()].map(({ line, cells }) => [line, ...cells]);

describe('reading CSV', () => {
  it('tells the line each record begins in, over quoted line ends and blank lines', () => {
    const file = 'a,b\r\n\r\n"x\n\ny",2\nz,3';
    expect(cellsOf(new CsvReader(',', limits), file)).toEqual([
      [1, 'a', 'b'],
      [3, 'x\n\ny', '2'],
      [6, 'z', '3'],
    ]);
  });

  it('takes a quote inside a cell for itself, and refuses text behind a quoted one', () => {
    const records = new CsvReader(',', limits).read('5" pipe,"" \n1,"a"b,"c"d\n"e" ,f\n');
    expect(records).toEqual([
      { line: 1, cells: ['5" pipe', ''], fault: null },
      { line: 2, cells: ['1,"a"b,"c"d'], fault: 'field 2 has text behind its closing quote' },
      { line: 3, cells: ['e', 'f'], fault: null },
    ]);
  });

  it('marks what is too long, with its beginning in place of its cells, and goes on behind it', () => {
    const long = 'b'.repeat(501);
    const file = `a,${long}\nb${',b'.repeat(501)}\n"${'c\n'.repeat(600)}",d\nz\n`;
    const records = new CsvReader(',', limits).read(file);
    expect(records.map(({ line, fault }) => [line, fault])).toEqual([
      [1, 'a field is longer than 500 characters'],
      [2, 'it is longer than 1000 characters'],
      [3, 'it is longer than 1000 characters'],
      [604, null],
    ]);
    expect(records[0]!.cells).toEqual([`a,${'b'.repeat(198)}…`]);
  });

  it('passes over a line of any length in pieces, once there is no quote in it', () => {
    const reader = new CsvReader(',', limits);
    const pieces = ['a,', ...Array.from({ length: 20 }, () => 'b'.repeat(700)), 'b\n"c",d\n'];
    expect(pieces.flatMap((piece) => reader.read(piece))).toEqual([
      { line: 1, cells: [`a,${'b'.repeat(198)}…`], fault: 'it is longer than 1000 characters' },
      { line: 2, cells: ['c', 'd'], fault: null },
    ]);
    reader.read('e'.repeat(1_001));
    expect(() => reader.read('e,"f\n')).toThrow(/^line 3: a record is longer than 2000 characters/);
  });

  it('refuses a quote that is never closed, by its line', () => {
    expect(() => cellsOf(new CsvReader(',', limits), 'a\n"b\n')).toThrow(/^line 2: a quote is opened/);
    expect(() => cellsOf(new CsvReader(',', limits), `a\n"${'b\n'.repeat(2_100)}`)).toThrow(
      /^line 2: a record is longer/,
    );
  });

  it('gives back what was written, with any delimiter, wherever the pieces are cut', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r\n', ' ', '', 'é') });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.constantFrom(',', ';', '\t'), fc.array(fc.nat(80)), (written, delimiter, cuts) => {
        const file = written
          .map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter))
          .join('\r\n');
        const at = [0, ...cuts.sort((a, b) => a - b), file.length];
        const pieces = at.slice(1).map((end, index) => file.slice(at[index], end));
        const read = cellsOf(new CsvReader(delimiter, limits), ...pieces).map(([, ...cells]) => cells);
        expect(read).toEqual(written.filter((cells) => cells.some((text) => text !== '')));
      }),
    );
  });
});

describe('the delimiter of a header', () => {
  it.each([
    ['email,name', ','],
    ['email;name', ';'],
    ['email\tname', '\t'],
    ['"a,b,c";name', ';'],
    ['email', ','],
    ['email;name\na,b,c,d', ';'],
  ])('%j is %j', (header, delimiter) => {
    expect(delimiterOf(header)).toBe(delimiter);
  });
});
