import { expect, it } from '@jest/globals';
import { type AccountCheck, checkOf } from './account-check.js';

const answered = (status: number, body = '{"a":1}') => ({ kind: 'answered' as const, status, waitMs: null, body });

it.each<[number, AccountCheck['verdict']]>([
  [200, 'ok'],
  [204, 'ok'],
  [301, 'refused'],
  [400, 'refused'],
  [401, 'refused'],
  [404, 'refused'],
  [408, 'busy'],
  [429, 'busy'],
  [500, 'busy'],
])('an account that is answered %d is %s', (status, verdict) => {
  expect(checkOf(answered(status))).toMatchObject({ verdict });
});

it('says in one line what was answered, not without end', () => {
  const { detail } = checkOf(answered(403, `no\n ${'x'.repeat(1_000)}`));
  expect(detail).toMatch(/^it answers 403: no x+$/);
  expect(detail.length).toBeLessThan(250);
});

it('is not reachable without an answer, and what the provider says itself comes first', () => {
  expect(checkOf({ kind: 'no_answer', code: 'http_timeout', words: 'too late' })).toEqual({
    ...{ verdict: 'unreachable', detail: 'http_timeout: too late' },
  });
  const own: AccountCheck = { verdict: 'refused', detail: 'paused' };
  expect(checkOf(answered(200), (_, { a }) => (a === 1 ? own : null))).toEqual(own);
});
