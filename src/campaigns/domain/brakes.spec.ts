import { describe, expect, it } from '@jest/globals';
import { type BrakeCounts, brakeReason } from './brakes.js';

const rates = { failed: 0.2, bounced: 0.05, complained: 0.001 };
const counts = (given: Partial<BrakeCounts>): BrakeCounts => ({
  sent: 0,
  failed: 0,
  bounced: 0,
  complained: 0,
  ...given,
});

describe('the brakes', () => {
  it.each<[Partial<BrakeCounts>, string | null]>([
    [{ sent: 160, failed: 40 }, '40 of 200 messages failed'],
    [{ sent: 159, failed: 40 }, null],
    [{ sent: 161, failed: 40 }, null],
    [{ sent: 0, failed: 200 }, '200 of 200 messages failed'],
    [{ sent: 200, bounced: 10 }, '10 of 200 messages bounced'],
    [{ sent: 199, bounced: 10 }, null],
    [{ sent: 1_000, complained: 1 }, '1 of 1000 messages brought a complaint'],
    [{ sent: 999, complained: 1 }, null],
  ])('of %j says %j', (given, words) => {
    const reason = brakeReason(counts(given), null, rates);
    expect(reason?.split(':')[0] ?? null).toBe(words);
  });

  it('count anew from where they stopped a run', () => {
    const before = counts({ sent: 160, failed: 40 });
    expect(brakeReason(counts({ sent: 200, failed: 199 }), before, rates)).toBeNull();
    expect(brakeReason(counts({ sent: 200, failed: 200 }), before, rates)).toContain('160 of 200');
  });

  it('never stop at a rate of 1', () => {
    const never = { failed: 1, bounced: 1, complained: 1 };
    expect(
      brakeReason(counts({ failed: 500, sent: 1_000, bounced: 1_000, complained: 1_000 }), null, never),
    ).toBeNull();
  });
});
