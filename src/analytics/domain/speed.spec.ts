import { describe, expect, it } from '@jest/globals';
import { speedOf } from './speed.js';

describe('the expected speed', () => {
  it('is assumed, and says so, until something was measured', () => {
    expect(speedOf(null, {})).toMatchObject({ perSecond: 1_000, basis: 'assumed', limits: { second: 1_000 } });
    expect(speedOf(null, {}).explanation).toContain('assumed');
    expect(speedOf(2_500, {})).toMatchObject({ perSecond: 2_500, basis: 'measured', limits: { second: 2_500 } });
  });

  it('is that of the limits where they are slower', () => {
    expect(speedOf(2_500, { minute: 600, day: 10_000_000_000 })).toMatchObject({
      perSecond: 10,
      basis: 'limits',
      explanation: 'The provider is limited to 600 per minute.',
      limits: { second: 2_500, minute: 600 },
    });
    expect(speedOf(2_500, { hour: 500 })).toMatchObject({ perSecond: 0.14 });
    expect(speedOf(2_500, { day: 1 })).toMatchObject({ perSecond: 0.000_012 });
    expect(speedOf(12.6, {})).toMatchObject({ perSecond: 13 });
    expect(speedOf(50, { second: 100 })).toMatchObject({ perSecond: 50, basis: 'measured', limits: { second: 50 } });
  });
});
