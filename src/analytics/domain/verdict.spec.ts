import { describe, expect, it } from '@jest/globals';
import { networkOf } from './network.js';
import { judge, type SeenHit } from './verdict.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const T = Date.parse('2026-11-22T12:00:00Z');
const ACCEPTED = new Date(T);
const hit = (number: number, afterMs: number, more: Partial<SeenHit> = {}): SeenHit => ({
  number,
  at: new Date(T + afterMs),
  userAgent: BROWSER,
  prefetch: false,
  relayed: false,
  kept: null,
  ...more,
});
const MANY_LINKS = 100;
const verdicts = (hits: SeenHit[], acceptedAt: Date | null = ACCEPTED, links = MANY_LINKS) =>
  judge(hits, acceptedAt, links).map(({ verdict, reason }) => reason ?? verdict);

describe('the hits of a message', () => {
  it('are people’s unless something speaks against it', () => {
    expect(verdicts([hit(0, 5_000), hit(2, 10_000), hit(2, 10_500), hit(3, 11_000 + 500)])).toEqual(
      Array(4).fill('human'),
    );
    expect(verdicts([hit(0, 4_999), hit(0, -1)])).toEqual(['too_soon', 'too_soon']);
    expect(verdicts([hit(0, 60_000)], null)).toEqual(['too_soon']);
  });

  it('are a machine’s by Apple’s relays when they are of the pixel, which it asks for, read or not', () => {
    const relayed = { relayed: true };
    expect(verdicts([hit(0, 60_000, relayed), hit(2, 70_000, relayed)])).toEqual(['apple_relay', 'human']);
    expect(verdicts([hit(0, 60_000, { ...relayed, userAgent: 'Mozilla/5.0' })])).toEqual(['apple_mpp']);
  });

  it('are a burst where two links are followed within a second, with what came in the minute before', () => {
    const burst = [hit(0, 100_000), hit(2, 160_000), hit(3, 160_999)];
    expect(verdicts(burst)).toEqual(['burst', 'burst', 'burst'].with(0, 'human'));
    expect(verdicts([hit(0, 101_000), ...burst.slice(1), hit(2, 161_500)])).toEqual(
      ['burst', 'burst', 'burst', 'burst'].with(3, 'burst'),
    );
    expect(verdicts([hit(2, 160_000), hit(3, 161_000)])).toEqual(['human', 'human']);
    expect(verdicts([...burst, hit(2, 170_000)]).at(-1)).toBe('human');
  });

  it('are a burst where all links of a message are followed within ten seconds, if it has several', () => {
    const all = [hit(2, 160_000), hit(3, 164_000), hit(2, 165_000), hit(4, 169_999), hit(3, 169_999.5)];
    expect(verdicts(all, ACCEPTED, 3)).toEqual(Array(5).fill('burst'));
    expect(verdicts(all.slice(0, 4), ACCEPTED, 4)).toEqual(Array(4).fill('human'));
    expect(verdicts([hit(2, 160_000), hit(3, 165_000), hit(4, 170_000)], ACCEPTED, 3)).toEqual(Array(3).fill('human'));
    expect(verdicts([hit(2, 160_000)], ACCEPTED, 1)).toEqual(['human']);
  });

  it('come to the same in every order', () => {
    const hits = [hit(2, 10_000), hit(3, 10_000), hit(1, 30_000), hit(0, 31_000), hit(4, 95_000)];
    const expected = new Map(hits.map((one, index) => [one, verdicts(hits)[index]]));
    for (let turn = 0; turn < hits.length; turn += 1) {
      hits.push(hits.shift()!);
      expect(verdicts(hits)).toEqual(hits.map((one) => expected.get(one)));
    }
  });

  it('keep their verdict where nobody can know any more who it was', () => {
    const kept = { verdict: 'machine', reason: 'bot' } as const;
    expect(judge([hit(2, 60_000, { userAgent: null, kept })], ACCEPTED, 1)).toEqual([kept]);
  });
});

describe('the network of an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::1', '2001:db8:0::'],
    ['::1', '0:0:0::'],
    ['fe80::1%eth0', 'fe80:0:0::'],
    ['nothing', null],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
