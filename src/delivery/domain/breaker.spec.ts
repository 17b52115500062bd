import { describe, expect, it } from '@jest/globals';
import { openingsMs, type Sign, signOf, type Symptom } from './breaker.js';

describe('the breaker', () => {
  it('stays open twice as long each time, up to a quarter of an hour', () => {
    expect(openingsMs(30_000)).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 900_000]);
    expect(openingsMs(900_000)).toEqual([900_000]);
    expect(openingsMs(2_000_000)).toEqual([2_000_000]);
  });

  it.each<[Symptom, Sign]>([
    [{ outcome: 'sent' }, 'well'],
    [{ outcome: 'rejected', code: 'smtp_550' }, 'well'],
    [{ outcome: 'deferred', scope: 'recipient', code: 'smtp_450', retryAfterMs: 300_000 }, 'well'],
    [{ outcome: 'deferred', scope: 'provider', code: 'smtp_connect' }, 'ailing'],
    [{ outcome: 'deferred', scope: 'provider', code: 'http_429', retryAfterMs: 5_000 }, 'throttled'],
    [{ outcome: 'deferred', scope: 'account', code: 'smtp_535' }, 'nothing'],
    [{ outcome: 'unknown', code: 'smtp_no_answer' }, 'ailing'],
    [{ outcome: 'deferred', scope: 'provider', code: 'not_started' }, 'nothing'],
    [{ outcome: 'unknown', code: 'provider_threw' }, 'nothing'],
  ])('reads %j as %s', (symptom, sign) => expect(signOf(symptom)).toBe(sign));
});
