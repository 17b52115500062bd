import { describe, expect, it } from '@jest/globals';
import { smsSegments } from './sms-segments.js';

const segmentsOf = (text: string) => smsSegments(text).segments;

describe('SMS segments', () => {
  it.each([
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['ж'.repeat(70), 1],
    ['ж'.repeat(71), 2],
    ['ж'.repeat(134), 2],
    ['ж'.repeat(135), 3],
  ])('are counted at the limits (%#)', (text, segments) => {
    expect(segmentsOf(text)).toBe(segments);
  });

  it('know the alphabet of GSM-7 and name the first character outside of it', () => {
    expect(smsSegments('Grüße à la Ñandú? Ω £5 @ Ærø'.replace('ú', 'u'))).toMatchObject({
      encoding: 'gsm7',
      forcedBy: null,
    });
    expect(smsSegments('Say “yes” or no')).toMatchObject({ encoding: 'ucs2', forcedBy: '“' });
    expect(smsSegments('ç is not in it, Ç is')).toMatchObject({ forcedBy: 'ç' });
    expect(smsSegments('a tab\t')).toMatchObject({ forcedBy: '\t' });
    expect(smsSegments('back`tick')).toMatchObject({ forcedBy: '`' });
  });

  it('count characters of the extension table twice', () => {
    for (const character of '^{}\\[~]|€\f') expect(smsSegments(character).units).toBe(2);
    expect(segmentsOf('€'.repeat(80))).toBe(1);
    expect(segmentsOf('€'.repeat(81))).toBe(2);
  });

  it('never cut a character of two units in two', () => {
    // 153 septets hold 76 euro signs and one empty place: 304 units fit two parts, 306 do not.
    expect(segmentsOf('€'.repeat(152))).toBe(2);
    expect(segmentsOf('€'.repeat(153))).toBe(3);
    expect(smsSegments('😀'.repeat(35))).toMatchObject({ segments: 1, units: 70 });
    expect(segmentsOf('😀'.repeat(66))).toBe(2);
    expect(segmentsOf('😀'.repeat(67))).toBe(3);
    expect(smsSegments('😀').forcedBy).toBe('😀');
  });
});
