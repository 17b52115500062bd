import { describe, expect, it } from '@jest/globals';
import { asTransferred } from './transfer-encoding.js';

const asItIs = (text: string) => {
  const { encoding, bytes } = asTransferred(text);
  return encoding === '7bit' ? bytes.toString('latin1') : encoding;
};
const decoded = (text: string) => Buffer.from(asTransferred(text).bytes.toString('latin1'), 'base64').toString();

describe('a text on its way', () => {
  it('stays as it is where it is plain ASCII, with the line breaks of the wire', () => {
    expect(asItIs('Dear Ada,\n\n\tgood news.\r\nRegards\r.')).toBe('Dear Ada,\r\n\r\n\tgood news.\r\nRegards\r\n.\r\n');
    expect(asItIs('')).toBe('\r\n');
    expect(asItIs('ends\n')).toBe('ends\r\n');
  });

  it('has lines as long as there may be, and no longer', () => {
    expect(asItIs(`a\n${'x'.repeat(998)}\nb`)).toContain('x\r\nb');
    expect(asItIs(`a\n${'x'.repeat(999)}\nb`)).toBe('base64');
    expect(asItIs('x'.repeat(998))).toMatch(/^x+\r\n$/);
    expect(asItIs('x'.repeat(999))).toBe('base64');
  });

  it.each(['José', '€', 'a\0b', 'a\x1bb', 'a\x7fb', '😀'])(
    'travels in base64 where it has more than that: %j',
    (text) => {
      expect(asTransferred(text).encoding).toBe('base64');
      expect(decoded(text)).toBe(text);
    },
  );

  it.each(['From here on', 'a\nFrom b', 'a\n--=_campanile--\nb'])(
    'travels in base64 where a line would be taken for something else: %j',
    (text) => {
      expect(asTransferred(text).encoding).toBe('base64');
      expect(decoded(text)).toBe(text.replaceAll('\n', '\r\n'));
    },
  );

  it('stays as it is where such words do not begin a line', () => {
    expect(asItIs('mail From me\n --=_campanile')).toBe('mail From me\r\n --=_campanile\r\n');
  });

  it('has base64 in lines of 76 characters at most', () => {
    const lines = asTransferred('é'.repeat(500)).bytes.toString('latin1').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(76);
    expect(lines.at(-1)).toBe('');
  });
});
