import { describe, expect, it } from '@jest/globals';
import { classifyHttpReply, messageIdOf } from './http-reply.js';

const answered = (status: number, waitMs: number | null = null) =>
  ({ kind: 'answered', status, waitMs, body: 'words' }) as const;

describe('an HTTP answer', () => {
  it('of any status means something, with keys and without, and only what may have been taken is unknown', () => {
    for (let status = 100; status < 700; status += 1) {
      const plain = classifyHttpReply(answered(status), false);
      const keyed = classifyHttpReply(answered(status), true);
      expect(plain.outcome === 'unknown').toBe(status < 200 || status >= 500);
      expect(keyed.outcome).not.toBe('unknown');
      expect('doubtful' in keyed).toBe(plain.outcome === 'unknown' || status === 409);
      expect('doubtful' in plain).toBe(false);
      expect(plain.outcome === 'sent').toBe(status >= 200 && status < 300);
    }
  });

  it.each([
    [401, 'account'],
    [403, 'account'],
    [302, 'account'],
    [408, 'provider'],
    [429, 'provider'],
  ])('%i is about the %s, and fails nobody', (status, scope) => {
    expect(classifyHttpReply(answered(status), false)).toMatchObject({ outcome: 'deferred', scope });
  });

  it.each([400, 413, 422, 451])('%i rejects the message', (status) => {
    expect(classifyHttpReply(answered(status), false)).toMatchObject({
      outcome: 'rejected',
      code: `http_${status}`,
      response: 'words',
    });
  });

  it('503 is a wish to wait where it says for how long, else nobody knows', () => {
    expect(classifyHttpReply(answered(503, 7_000), false)).toMatchObject({
      scope: 'provider',
      retryAfterMs: 7_000,
    });
    expect(classifyHttpReply(answered(503), false)).toMatchObject({ outcome: 'unknown' });
  });

  it('409 with a key is the same message on its way: it waits', () => {
    expect(classifyHttpReply(answered(409), true)).toMatchObject({ outcome: 'deferred', scope: 'recipient' });
    expect(classifyHttpReply(answered(409), false)).toMatchObject({ outcome: 'rejected' });
  });
});

describe("a provider's own id", () => {
  it.each([
    ['{"id":"a"}', 'a'],
    ['{"message_id":7}', '7'],
    ['{"sid":"SM1","status":"queued"}', 'SM1'],
    ['{"sid":9007199254740993}', '9007199254740993'],
    ['{"id":1e400}', null],
    ['{"id":null,"sid":"SM1"}', 'SM1'],
    ['[{"id":"a"}]', null],
    ['null', null],
    ['OK', null],
  ])('in %j is %j', (body, id) => expect(messageIdOf(body)).toBe(id));
});
