import { expect, it } from '@jest/globals';
import { newDraft } from './draft.js';
import { isLacking } from './step.js';

it('knows in which step something is missing', () => {
  const begun = newDraft(new Date('2026-12-01'));
  const lacking = (change: object) => [0, 1, 2, 3].filter((step) => isLacking(step, { ...begun, ...change }));
  expect(lacking({})).toEqual([0]);
  expect(lacking({ name: 'A', message: ' ' })).toEqual([0]);
  expect(lacking({ name: 'A', message: 'Hi' })).toEqual([]);
  expect(lacking({ name: 'A', message: 'Hi', schedule_time: '' })).toEqual([2]);
});
