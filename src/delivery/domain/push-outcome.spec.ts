import { describe, expect, it } from '@jest/globals';
import type { HttpOutcome } from './http-reply.js';
import { atOneOfMany, oneOutcome } from './push-outcome.js';

const answer = { code: 'http_1', response: '' };
const sent: HttpOutcome = { outcome: 'sent', providerMessageId: 'x' };
const unknown: HttpOutcome = { outcome: 'unknown', ...answer };
const account: HttpOutcome = { outcome: 'deferred', scope: 'account', ...answer };
const busy = (retryAfterMs: number): HttpOutcome => ({
  ...{ outcome: 'deferred', scope: 'provider', retryAfterMs },
  ...answer,
});
const notStarted: HttpOutcome = { outcome: 'deferred', scope: 'provider', code: 'not_started', response: '' };
const gone: HttpOutcome = { outcome: 'rejected', ...answer };

describe('what the tries of several subscriptions come to', () => {
  it.each<[string, HttpOutcome[], HttpOutcome]>([
    ['one that accepted makes it sent', [gone, busy(1), unknown, sent], sent],
    ['one that may have accepted leaves it unknown', [busy(1), unknown, gone], unknown],
    ['our account is what people have to mend', [busy(1), account], account],
    ['the longest wait counts', [busy(1), busy(9), gone], busy(9)],
    ['one that was tried counts before one that was not', [notStarted, busy(1)], busy(1)],
    ['one that waits is tried again without the dead', [gone, notStarted], notStarted],
    ['one that waits costs no try, though another was refused', [atOneOfMany(busy(1)), notStarted], notStarted],
    ['all dead is rejected', [gone, gone], gone],
  ])('%s', (_, results, end) => {
    expect(oneOutcome(results)).toEqual(end);
    expect(oneOutcome([...results].reverse())).toEqual(end);
  });
});

describe('a try at one of many services', () => {
  it.each<[string, HttpOutcome, HttpOutcome]>([
    ['its refusal of us', account, { ...account, scope: 'recipient' } as HttpOutcome],
    ['its wish to wait', busy(7), { ...busy(7), scope: 'recipient' } as HttpOutcome],
    ['its silence', unknown, { ...unknown, scope: 'recipient' } as HttpOutcome],
  ])('is about the recipient alone in %s', (_, outcome, meaning) => {
    expect(atOneOfMany(outcome)).toEqual(meaning);
  });

  it('says nothing where it did not start, and what it says where it ended', () => {
    for (const outcome of [notStarted, sent, gone]) expect(atOneOfMany(outcome)).toBe(outcome);
  });
});
