import { describe, expect, it } from '@jest/globals';
import type { WinnerPolicy } from '../../campaigns/domain/variants.js';
import { decideWinner, type VariantResult } from './winner.js';

const result = (variant: number, clicked: number, sent = 1_000, opened = 0): VariantResult => ({
  ...{ variant, name: 'ABCDE'[variant - 1]!, sent, opened, clicked },
});
const policy = (more: Partial<WinnerPolicy> = {}): WinnerPolicy => ({
  ...{ by: 'clicks', after_minutes: 60, significance: 0.95, on_undecided: 'leader' },
  ...more,
});

describe('the winner', () => {
  it('is the variant that is surely better', () => {
    const found = decideWinner(policy(), [result(1, 100), result(2, 140)]);
    expect(found).toMatchObject({ variant: 2, decidedBy: 'clicks' });
    expect(found.pValue).toBeCloseTo(0.00592, 4);
  });

  it('is found by what was asked for', () => {
    const results = [result(1, 100, 1_000, 400), result(2, 140, 1_000, 300)];
    expect(decideWinner(policy({ by: 'opens' }), results)).toMatchObject({ variant: 1, decidedBy: 'opens' });
  });

  it('is found by rates, not by counts', () => {
    expect(decideWinner(policy(), [result(1, 100, 500), result(2, 140, 2_000)])).toMatchObject({ variant: 1 });
  });

  it('must be surer of itself among more', () => {
    const two = [result(1, 100), result(2, 130)];
    expect(decideWinner(policy(), two).decidedBy).toBe('clicks');
    const five = [...two, result(3, 90), result(4, 90), result(5, 90)];
    expect(decideWinner(policy(), five)).toMatchObject({ variant: 2, decidedBy: 'leader' });
    expect(decideWinner(policy(), five).pValue).toBeCloseTo(decideWinner(policy(), two).pValue! * 10, 6);
  });

  it('is where none is sure what on_undecided says', () => {
    const results = [result(1, 100), result(2, 101), result(3, 99)];
    expect(decideWinner(policy(), results)).toMatchObject({ variant: 2, decidedBy: 'leader' });
    expect(decideWinner(policy({ on_undecided: 'C' }), results)).toMatchObject({ variant: 3, decidedBy: 'named' });
    const waiting = decideWinner(policy({ on_undecided: 'wait' }), results);
    expect(waiting).toMatchObject({ variant: null, decidedBy: 'undecided', pValue: 1 });
  });

  it('is the first of those that are level, and of those of whom nothing is known', () => {
    expect(decideWinner(policy(), [result(1, 7), result(2, 7)])).toMatchObject({ variant: 1, decidedBy: 'leader' });
    expect(decideWinner(policy(), [result(1, 0, 0), result(2, 0, 0)])).toMatchObject({ variant: 1, pValue: 1 });
  });

  it('is found among those who were sent to, though more clicked', () => {
    expect(decideWinner(policy(), [result(1, 200, 190), result(2, 10)])).toMatchObject({
      variant: 1,
      decidedBy: 'clicks',
    });
    expect(decideWinner(policy(), [result(1, 200, 190), result(2, 190, 180)]).pValue).toBe(1);
  });

  it('that people are to choose is compared with none', () => {
    const hand = { by: 'hand', on_undecided: 'wait' } as const;
    const results = [result(1, 0), result(2, 900)];
    expect(decideWinner(policy(hand), results)).toEqual({ variant: null, decidedBy: 'undecided', pValue: null });
    expect(decideWinner(policy({ ...hand, on_undecided: 'A' }), results)).toMatchObject({ variant: 1, pValue: null });
  });
});
