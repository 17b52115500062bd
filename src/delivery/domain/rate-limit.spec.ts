import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grant, type Limits, parseLimits, type Period, PERIODS, type Usage, usedNow } from './rate-limit.js';

const START = Date.UTC(2026, 0, 1);

/** Plays requests of (milliseconds later, messages wanted) and answers what was granted when. */
function play(limits: Limits, requests: [number, number][]): { at: number; granted: number }[] {
  let usage: Usage = {};
  let now = START;
  return requests.map(([later, wanted]) => {
    const given = grant(usage, limits, (now += later), wanted);
    usage = given.usage;
    return { at: now, granted: given.granted };
  });
}

describe('a rate limit', () => {
  const limits = fc.record(
    { second: fc.integer({ min: 1, max: 50 }), minute: fc.integer({ min: 1, max: 500 }) },
    { requiredKeys: ['second'] },
  );
  const requests = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 100 })), {
    maxLength: 200,
  });

  it('holds in every rolling period, whatever is asked when', () => {
    fc.assert(
      fc.property(limits, requests, (given, asked) => {
        const grants = play(given, asked);
        for (const [period, limit] of Object.entries(given) as [Period, number][])
          for (const { at } of grants) {
            const inside = grants.filter((other) => other.at >= at && other.at < at + PERIODS[period]);
            expect(inside.reduce((total, { granted }) => total + granted, 0)).toBeLessThanOrEqual(limit);
          }
      }),
      { numRuns: 300 },
    );
  });

  it('gives what is left, then nothing until the moment it names, and something then', () => {
    const first = grant({}, { second: 10 }, START, 7);
    expect(first).toMatchObject({ granted: 7, freeAt: null });
    const second = grant(first.usage, { second: 10 }, START + 100, 7);
    expect(second.granted).toBe(3);
    expect(grant(second.usage, { second: 10 }, second.freeAt! - 1, 1).granted).toBe(0);
    expect(grant(second.usage, { second: 10 }, second.freeAt!, 10).granted).toBe(7);
    expect(second.freeAt! - START).toBeLessThanOrEqual(1_020);
  });

  it('uses nearly all of a steady limit', () => {
    let usage: Usage = {};
    let total = 0;
    for (let now = START; now < START + 60_000; now += 10) {
      const given = grant(usage, { second: 100 }, now, 5);
      ({ usage } = given);
      total += given.granted;
    }
    expect(total).toBeGreaterThan(6_000 * 0.97);
    expect(usedNow(usage, 'second', START + 120_000)).toBe(0);
  });

  it.each<[string, Limits | null]>([
    ['14/second', { second: 14 }],
    [' 14/s, 50000 / day ', { second: 14, day: 50_000 }],
    ['1/m,2/h', { minute: 1, hour: 2 }],
    ['', null],
    ['14', null],
    ['0/s', null],
    ['1/s,2/second', null],
    ['1/week', null],
  ])('reads %j', (text, limits) => expect(parseLimits(text)).toEqual(limits));
});
