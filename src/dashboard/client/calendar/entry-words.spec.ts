import { expect, it } from '@jest/globals';
import { timeOfDay } from '../elements/time.js';
import { entryWords } from './entry-words.js';

const first_at = '2026-11-29T10:00:00.000Z';
const about = { campaign_id: 1, campaign_name: 'Digest', channel: 'email', run_id: null, deleted: false } as const;
const words = (runs: number, left_out: number, planned: number, more = false) =>
  entryWords({ ...about, runs, left_out, planned, more, first_at } as never);

it('counts no occurrence that was left out among the runs, and says how many were', () => {
  expect(words(10, 5, 0)).toMatchObject({ when: '10×', leftOut: '5 left out' });
  expect(words(3, 0, 2)).toMatchObject({ when: '5×', leftOut: null });
  expect(words(0, 4, 0)).toMatchObject({ when: null, leftOut: '4 left out' });
  expect(words(1_000, 0, 0, true)).toMatchObject({ when: '1000+×' });
});

it('says when it was where it was once', () => {
  const once = timeOfDay(new Date(first_at));
  expect(words(1, 0, 0)).toMatchObject({ when: once, leftOut: null, isOne: true });
  expect(words(0, 1, 0)).toMatchObject({ when: once, leftOut: '1 left out' });
  expect(words(1, 1, 0)).toMatchObject({ when: '1×', isOne: false });
});
