import { describe, expect, it } from '@jest/globals';
import type { RetryDecision } from './retry-policy.js';
import { afterDoubt, harmsOf, retryGroups, type Settlement } from './settlement.js';

const failedTry = { code: 'http_400', transient: false };
const retry: RetryDecision = { kind: 'retry', attempt: 2, burn: true, minDelayMs: 0 };

describe('after a try that may have reached somebody', () => {
  it('only an acceptance tells what came of them', () => {
    const sent: Settlement = { kind: 'sent', contactId: 1, providerMessageId: 'x' };
    expect(afterDoubt(sent)).toBe(sent);
  });

  it('whatever else ends the repeat leaves them in doubt, for a reason that says both, and with its failed try', () => {
    expect(afterDoubt({ kind: 'skipped', contactId: 1, reason: 'unsubscribed' })).toEqual({
      kind: 'in_doubt',
      contactId: 1,
      reason: 'sent_or_unsubscribed',
    });
    expect(afterDoubt({ kind: 'failed', contactId: 1, reason: 'http_400', failedTry })).toEqual({
      kind: 'in_doubt',
      contactId: 1,
      reason: 'sent_or_http_400',
      failedTry,
    });
  });

  it('another doubt stays what it is, and is not doubted twice', () => {
    const doubt: Settlement = { kind: 'in_doubt', contactId: 1, reason: 'smtp_no_answer' };
    expect(afterDoubt(doubt)).toBe(doubt);
    const once = afterDoubt({ kind: 'failed', contactId: 1, reason: 'http_400' });
    expect(afterDoubt(once)).toEqual(once);
  });

  it('who is put off goes on waiting as doubtful', () => {
    const deferred: Settlement = { kind: 'deferred', contactId: 1, retry, opening: new Date(0) };
    expect(afterDoubt(deferred)).toEqual({ ...deferred, doubtful: true });
  });
});

describe('retries', () => {
  it('are gathered by what is known of their recipients: the doubtful apart, by the longest wait among them', () => {
    const slow = { ...retry, burn: false, minDelayMs: 9_000 };
    const groups = retryGroups(
      [
        { kind: 'deferred', contactId: 1, retry },
        { kind: 'deferred', contactId: 2, retry, doubtful: true },
        { kind: 'sent', contactId: 3, providerMessageId: null },
        { kind: 'deferred', contactId: 4, retry: slow, doubtful: true },
        { kind: 'deferred', contactId: 5, retry: { ...slow, minDelayMs: 3_000 }, doubtful: true },
        { kind: 'deferred', contactId: 6, retry },
      ],
      { baseMs: 1_000, capMs: 1_000 },
      () => 0.5,
    );
    expect(groups).toEqual([
      { attempt: 2, contactIds: [1, 6], dueInMs: 500, doubtful: false },
      { attempt: 2, contactIds: [2], dueInMs: 500, doubtful: true },
      { attempt: 2, contactIds: [4, 5], dueInMs: 9_000, doubtful: true },
    ]);
  });
});

describe('an address that does not exist', () => {
  it('is heard of from a refusal, also of a repeat, but not from any other end', () => {
    const gone = { code: 'smtp_550', enhancedCode: '5.1.1', transient: false };
    expect(
      harmsOf([
        { kind: 'failed', contactId: 1, reason: 'smtp_550', failedTry: gone },
        { kind: 'in_doubt', contactId: 2, reason: 'sent_or_smtp_550', failedTry: gone },
        { kind: 'failed', contactId: 3, reason: 'smtp_552', failedTry: { ...gone, enhancedCode: '5.2.2' } },
        { kind: 'deferred', contactId: 4, retry, failedTry: gone },
        { kind: 'skipped', contactId: 5, reason: 'suppressed' },
        { kind: 'failed', contactId: 6, reason: 'http_400', failedTry: { ...failedTry, harm: 'unsubscribe' } },
        { kind: 'failed', contactId: 7, reason: 'http_400', failedTry },
      ]),
    ).toEqual([
      { contactId: 1, reason: 'bounce' },
      { contactId: 2, reason: 'bounce' },
      { contactId: 6, reason: 'unsubscribe' },
    ]);
  });
});
