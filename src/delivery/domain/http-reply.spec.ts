import { describe, expect, it } from '@jest/globals';
import { classifyHttpReply, messageIdOf, retryAfterMs } from './http-reply.js';

const NOON = new Date('2026-11-22T12:00:00Z');
const answered = (status: number, retryAfter: string | null = null) =>
  ({ kind: 'answered', status, retryAfter, body: 'words' }) as const;

describe('an HTTP answer', () => {
  it('of any status means something, with keys and without, and only what may have been taken is unknown', () => {
    for (let status = 100; status < 700; status += 1) {
      const plain = classifyHttpReply(answered(status), false, NOON);
      const keyed = classifyHttpReply(answered(status), true, NOON);
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
    expect(classifyHttpReply(answered(status), false, NOON)).toMatchObject({ outcome: 'deferred', scope });
  });

  it.each([400, 413, 422, 451])('%i rejects the message', (status) => {
    expect(classifyHttpReply(answered(status), false, NOON)).toMatchObject({
      outcome: 'rejected',
      code: `http_${status}`,
      response: 'words',
    });
  });

  it('503 is a wish to wait where it says for how long, else nobody knows', () => {
    expect(classifyHttpReply(answered(503, '7'), false, NOON)).toMatchObject({
      scope: 'provider',
      retryAfterMs: 7_000,
    });
    expect(classifyHttpReply(answered(503), false, NOON)).toMatchObject({ outcome: 'unknown' });
  });

  it('409 with a key is the same message on its way: it waits', () => {
    expect(classifyHttpReply(answered(409), true, NOON)).toMatchObject({ outcome: 'deferred', scope: 'recipient' });
    expect(classifyHttpReply(answered(409), false, NOON)).toMatchObject({ outcome: 'rejected' });
  });
});

describe('a Retry-After', () => {
  it.each([
    ['5', 5_000],
    ['0', 0],
    ['Sun, 22 Nov 2026 12:01:00 GMT', 60_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['2026', 2_026_000],
    ['', null],
  ])('%j is %j milliseconds', (text, milliseconds) => expect(retryAfterMs(text, NOON)).toBe(milliseconds));
});

describe("a provider's own id", () => {
  it.each([
    ['{"id":"a"}', 'a'],
    ['{"message_id":7}', '7'],
    ['{"sid":"SM1","status":"queued"}', 'SM1'],
    ['{"id":null,"sid":"SM1"}', 'SM1'],
    ['[{"id":"a"}]', null],
    ['null', null],
    ['OK', null],
  ])('in %j is %j', (body, id) => expect(messageIdOf(body)).toBe(id));
});
