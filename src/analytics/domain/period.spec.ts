import { expect, it } from '@jest/globals';
import { periodOf } from './period.js';

it('a period ends with the present hour or day, and follows one as long', () => {
  const now = new Date('2026-11-22T12:30:00Z');
  expect(periodOf('24h', now)).toEqual({
    before: new Date('2026-11-20T13:00:00Z'),
    from: new Date('2026-11-21T13:00:00Z'),
    to: new Date('2026-11-22T13:00:00Z'),
    step: 3_600_000,
  });
  expect(periodOf('30d', now)).toMatchObject({
    from: new Date('2026-10-24T00:00:00Z'),
    to: new Date('2026-11-23T00:00:00Z'),
  });
});
