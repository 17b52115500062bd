import { LEAST_SAMPLE } from '../../delivery/domain/significance.js';
import { type LintRule, when } from './lint-rule.js';

/** What is easily overlooked in a test. */
export const variantRules: LintRule[] = [
  {
    code: 'TEST_TOO_SMALL',
    pointer: '/test_share',
    check: ({ smallestPercent, audience: { reachable } }) => {
      const messages = Math.floor((reachable * (smallestPercent ?? 0)) / 100);
      return when(smallestPercent !== null && messages < LEAST_SAMPLE, () => {
        return `About ${messages} would get the smallest variant; with fewer than ${LEAST_SAMPLE} none is surely better.`;
      });
    },
  },
];
