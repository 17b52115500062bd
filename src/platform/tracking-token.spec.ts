import { describe, expect, it } from '@jest/globals';
import { hmacUnder } from './hmac.js';
import { readTrackingToken, tokenLength, trackingTokens } from './tracking-token.js';

const key = hmacUnder(Buffer.alloc(32, 7), 'sha512');
const message = { runId: 12_345, contactId: 9_876_543, openedAt: new Date('2026-11-22T12:00:00Z') };

describe('a tracking token', () => {
  it('says what it was made for, in few characters', () => {
    const numbers = [0, 1, 2, 7, 8, 300];
    const tokens = trackingTokens(key, message, numbers);
    for (const [index, token] of tokens.entries()) {
      expect(token).toMatch(/^[\w-]{1,26}$/);
      const { runId, contactId } = message;
      expect(readTrackingToken(key, token)).toEqual({
        runId,
        contactId,
        number: numbers[index],
        openedOn: new Date('2026-11-22'),
      });
    }
    expect(new Set(tokens).size).toBe(numbers.length);
  });

  it('carries ids as large as there are', () => {
    const large = { ...message, runId: Number.MAX_SAFE_INTEGER, contactId: 2 ** 52 + 1 };
    expect(readTrackingToken(key, trackingTokens(key, large, [5])[0]!)).toMatchObject({
      runId: large.runId,
      contactId: large.contactId,
    });
  });

  it('is as long as is known before it is made', () => {
    const early = { runId: 1, contactId: 127, openedAt: new Date('2026-01-02') };
    for (const sent of [message, early, { ...early, contactId: 128 }, { ...message, runId: 2 ** 40 }])
      for (const number of [2, 127, 128])
        expect(tokenLength(sent, number)).toBe(trackingTokens(key, sent, [number])[0]!.length);
  });

  it('is nothing with a bit changed, in another spelling, or of another key', () => {
    const [token] = trackingTokens(key, message, [3]) as [string];
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(readTrackingToken(key, forged.toString('base64url'))).toBeNull();
    }
    for (const wrong of ['', 'A', `${token}=`, ` ${token}`, `${token}A`, token.slice(0, -1), bytes.toString('base64')])
      if (wrong !== token) expect(readTrackingToken(key, wrong)).toBeNull();
    expect(readTrackingToken(hmacUnder(Buffer.alloc(32, 8), 'sha512'), token)).toBeNull();
    // A number of two bytes that one byte can say: the same number, another token.
    const long = Buffer.concat([bytes.subarray(0, -9), Buffer.from([3 + 128, 0]), bytes.subarray(-8)]);
    expect(readTrackingToken(key, long.toString('base64url'))).toBeNull();
  });
});
