import { describe, expect, it } from '@jest/globals';
import { isoInstant, ruleInstant, shift } from './rule-time.js';

const NOW = new Date('2026-03-31T12:00:00Z');

describe('the times of a rule', () => {
  it.each([
    ['2026-01-01', '2026-01-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['2026-01-01T10:30', '2026-01-01T10:30:00.000Z'],
    ['2026-01-01 10:30:15.5', '2026-01-01T10:30:15.500Z'],
    ['2026-01-01T10:30:00+05:30', '2026-01-01T05:00:00.000Z'],
    ['2026-01-01T00:30-11:00', '2026-01-01T11:30:00.000Z'],
    ['2026-01-01T10:30:15.123999Z', '2026-01-01T10:30:15.123Z'],
    ['2026-01-01T10:30:15.123999999', '2026-01-01T10:30:15.123Z'],
    ['2026-01-01T10:30:00+0530', '2026-01-01T05:00:00.000Z'],
    ['2026-01-01 10:30-05', '2026-01-01T15:30:00.000Z'],
    ['20260101', '2026-01-01T00:00:00.000Z'],
    ['20260101T103015.5Z', '2026-01-01T10:30:15.500Z'],
    ['20260101T1030+0530', '2026-01-01T05:00:00.000Z'],
    ['20240229T103015', '2024-02-29T10:30:15.000Z'],
  ])('%s is %s', (text, at) => {
    expect(isoInstant(text)?.toISOString()).toBe(at);
  });

  it.each([
    '2026-02-29',
    '2100-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-1-1',
    '0999-01-01',
    '2026-01-01T24:00',
    '20260229',
  ])('%s is no time', (text) => {
    expect(isoInstant(text)).toBeNull();
  });

  it.each([
    '2026-01-01T10:00+15:00',
    '2026-01-01T10',
    '2026-01-01T10:00:00.1234567890',
    '2026-0101',
    '20260101T10:00',
    '20260101 1000',
    '2026-01-01\n',
    'yesterday',
    '',
  ])('%j is no time either', (text) => {
    expect(isoInstant(text)).toBeNull();
  });

  it.each([
    ['now', '2026-03-31T12:00:00.000Z'],
    ['30 days ago', '2026-03-01T12:00:00.000Z'],
    ['1 month ago', '2026-02-28T12:00:00.000Z'],
    ['1 month from now', '2026-04-30T12:00:00.000Z'],
    ['2 years ago', '2024-03-31T12:00:00.000Z'],
    ['90 seconds from now', '2026-03-31T12:01:30.000Z'],
    ['2026-01-01', '2026-01-01T00:00:00.000Z'],
  ])('%s is %s on the last day of March', (text, at) => {
    expect(ruleInstant(text, NOW)?.toISOString()).toBe(at);
  });

  it.each(['30 days', '30', '-1 days', '1.5 days', '1 fortnight', '101 years', '999999 weeks', '1  day', 'P30D'])(
    '%j is no instant, and a span only where it has a number, a unit and an end',
    (text) => {
      expect(ruleInstant(`${text}`, NOW)).toBeNull();
      expect(shift(NOW, text, -1) !== null).toBe(text === '30 days');
    },
  );
});
