import { describe, expect, it } from '@jest/globals';
import { trackingOf, wishOf, withUtm } from './tracking.js';

describe('tracking', () => {
  it.each([
    ['email', 'html', null, true, true],
    ['email', 'mjml', null, true, true],
    ['email', 'text', null, false, false],
    ['sms', 'text', null, false, false],
    ['sms', 'text', { clicks: true }, false, true],
    ['email', 'html', { opens: false }, false, true],
    ['email', 'html', { clicks: false }, true, false],
  ] as const)('of %s in %s with %j counts opens: %s, clicks: %s', (channel, format, tracking, opens, clicks) => {
    expect(trackingOf({ channel, format, tracking: wishOf(tracking) })).toEqual({ opens, clicks, utm: null });
  });

  it('that asks for nothing is none', () => {
    expect(wishOf({ opens: null, utm: { source: null } })).toBeNull();
    expect(wishOf({ utm: { source: 'a', medium: null } })).toEqual({ opens: null, clicks: null, utm: { source: 'a' } });
  });

  it('adds what an address lacks of utm before its fragment, and changes nothing else in it', () => {
    const of = (url: string) => withUtm(new URL(url), { source: 'n', content: 'a b' }).href;
    expect(of('https://a.example/p#f')).toBe('https://a.example/p?utm_source=n&utm_content=a%20b#f');
    expect(of('https://a.example/?q=a%20b+c&utm_content=')).toBe(
      'https://a.example/?q=a%20b+c&utm_content=&utm_source=n',
    );
    expect(withUtm(new URL('https://a.example/?x'), null).href).toBe('https://a.example/?x');
  });
});
