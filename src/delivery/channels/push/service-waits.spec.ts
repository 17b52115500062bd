import { describe, expect, it } from '@jest/globals';
import type { HttpOutcome } from '../../domain/http-reply.js';
import { ServiceWaits } from './service-waits.js';

const HOUR = 3_600_000;
const sent: HttpOutcome = { outcome: 'sent', providerMessageId: null };
const silent: HttpOutcome = { outcome: 'unknown', code: 'http_timeout', response: '' };
const busy = (retryAfterMs: number): HttpOutcome => ({
  ...{ outcome: 'deferred', scope: 'provider', code: 'http_429', response: '', retryAfterMs },
});
const waitAt = (waits: ServiceWaits, now: number, host = 'one') => waits.turn(host, now).waitMs;

describe('a push service', () => {
  it('that asks to wait is left alone for so long, at most an hour, and no other is', () => {
    const waits = new ServiceWaits();
    waits.learn('one', busy(7_000), 1_000);
    expect([waitAt(waits, 1_000), waitAt(waits, 7_999), waitAt(waits, 1_000, 'other')]).toEqual([7_000, 1, 0]);
    waits.learn('one', busy(9 * HOUR), 2_000);
    expect(waitAt(waits, 2_000)).toBe(HOUR);
  });

  it('is tried by one message after its wait, and is open to all once that was taken', () => {
    const waits = new ServiceWaits();
    waits.learn('one', busy(5_000), 0);
    expect([waitAt(waits, 5_000), waitAt(waits, 5_000)]).toEqual([0, 10_000]);
    waits.learn('one', sent, 5_100);
    expect([waitAt(waits, 5_100), waitAt(waits, 5_100)]).toEqual([0, 0]);
  });

  it('that fails five times in a row is left alone, and at every try that fails twice as long, up to 15 minutes', () => {
    const waits = new ServiceWaits();
    for (let failure = 1; failure < 5; failure += 1) waits.learn('one', silent, 0);
    expect(waitAt(waits, 0)).toBe(0);
    waits.learn('one', silent, 0);
    expect([waitAt(waits, 0), waitAt(waits, 10_000)]).toEqual([10_000, 0]);
    let now = 10_000;
    for (const seconds of [20, 40, 80, 160, 320, 640, 900, 900]) {
      waits.learn('one', silent, now);
      expect(waitAt(waits, now)).toBe(seconds * 1_000);
      now += seconds * 1_000;
      expect(waitAt(waits, now)).toBe(0);
    }
    waits.learn('one', sent, now);
    for (let failure = 1; failure <= 5; failure += 1) waits.learn('one', silent, now);
    expect(waitAt(waits, now)).toBe(10_000);
  });

  it('waits no longer for what was on its way to it before', () => {
    const waits = new ServiceWaits();
    for (let failure = 1; failure <= 30; failure += 1) waits.learn('one', silent, failure);
    expect([waitAt(waits, 30), waitAt(waits, 10_005)]).toEqual([9_975, 0]);
  });

  it('that goes on asking for less is waited for as one that fails', () => {
    const waits = new ServiceWaits();
    waits.learn('one', busy(5_000), 0);
    expect(waitAt(waits, 5_000)).toBe(0);
    waits.learn('one', busy(5_000), 5_000);
    expect([waitAt(waits, 5_000), waitAt(waits, 25_000)]).toEqual([20_000, 0]);
    waits.learn('one', busy(70_000), 25_000);
    expect(waitAt(waits, 25_000)).toBe(70_000);
  });

  it('keeps back what waited for a connection while it came to be left alone', () => {
    const waits = new ServiceWaits();
    const [before, elsewhere] = [waits.turn('one', 0), waits.turn('other', 0)];
    waits.learn('one', busy(1_000), 0);
    expect([before.holds(), elsewhere.holds(), waits.turn('one', 1_000).holds()]).toEqual([false, true, true]);
  });

  it('is forgotten where there are a thousand others: hosts come from outside', () => {
    const waits = new ServiceWaits();
    for (let host = 0; host <= 1_000; host += 1) waits.learn(String(host), busy(5_000), 0);
    expect([waitAt(waits, 0, '0'), waitAt(waits, 0, '1'), waitAt(waits, 0, '1000')]).toEqual([0, 5_000, 5_000]);
  });
});
