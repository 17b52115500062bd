import { expect, it } from '@jest/globals';
import { share } from './figures.js';
import { countedBy, sharesOf } from './shares.js';

const NONE = { sent: 0, failed: 0, opened: 0, clicked: 0, open_base: 0, click_base: 0 };

it('rounds a share once, so that parts come to a whole and no two screens differ', () => {
  const { sent, failed } = sharesOf({ ...NONE, sent: 2_538, failed: 40 });
  expect([share(sent), share(failed)]).toEqual(['98.4%', '1.6%']);
  expect(share(sharesOf({ ...NONE, sent: 22, clicked: 1, click_base: 22 }).clicked)).toBe('4.5%');
});

it('takes no share of nothing, and none above the whole', () => {
  expect(sharesOf(NONE)).toEqual({ sent: null, failed: null, opened: null, clicked: null });
  expect(sharesOf({ ...NONE, sent: 2, opened: 3, open_base: 2 }).opened).toBe(1);
});

it('counts the opens and clicks of whom is asked for', () => {
  const counts = { ...NONE, opened_all: 3, clicked_all: 2 };
  expect(countedBy(counts, 'all')).toMatchObject({ opened: 3, clicked: 2 });
  expect(countedBy(counts, 'human')).toBe(counts);
});
