import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig } from '../platform/config.js';
import { capsOf } from './delivery.settings.js';

const caps = (RETENTION_DAYS: string, FREQUENCY_CAP_SMS: string) => () =>
  capsOf(parseConfig({ RETENTION_DAYS, FREQUENCY_CAP_SMS, FREQUENCY_CAP_EMAIL: '1/day' }));

describe('frequency caps', () => {
  it.each([
    ['29', '2/hour, 1/30 days', /^[^]*RETENTION_DAYS must be 0 or at least 30: FREQUENCY_CAP_SMS/],
    ['1', '1/25 hours', /at least 2:/],
    ['6', '3/week', /at least 7:/],
  ])('that look further back than %s days of ledger, as %j, are refused at the start', (days, text, words) => {
    expect(caps(days, text)).toThrow(ConfigError);
    expect(caps(days, text)).toThrow(words);
  });

  it.each([
    ['0', '1/30 days'],
    ['30', '1/30 days'],
    ['1', '0/30 days'],
    ['1', ''],
  ])('within %s days of ledger, as %j, are not', (days, text) => {
    expect(caps(days, text)).not.toThrow();
  });
});
