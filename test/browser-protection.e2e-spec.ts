import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';

const PASSWORD = 'correct horse battery';

describe('behind https', () => {
  let app: TestApp;
  let cookie: string;
  let setCookie: string;
  beforeAll(async () => {
    app = await startApp({ env: { PUBLIC_URL: 'https://mail.example.org/news', PASSWORD_COST: '12' } });
    const { body: user } = await app.request('POST', '/users', { email: 'ann@example.com', role: 'editor' });
    const { body: link } = await app.request('POST', `/users/${user.id}/link`);
    expect(link.url).toMatch(/^https:\/\/mail\.example\.org\/news\/dashboard\/#link=/);
    const token = link.url.split('=')[1];
    const answer = await app.request('POST', '/sessions/link', { token, password: PASSWORD }, { authorization: '' });
    setCookie = String(answer.headers['set-cookie']);
    cookie = setCookie.split(';')[0]!;
  });
  afterAll(() => app.close());
  let count = 0;
  const post = (headers: Record<string, string>) =>
    app.request('POST', '/segments', { name: `segment ${(count += 1)}` }, { authorization: '', ...headers });

  it('the cookie of a session is sent to this host alone, over https alone', () => {
    expect(setCookie).toMatch(
      /^__Host-campanile=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  it('what changes something with a session must come from our own pages', async () => {
    expect((await post({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await post({ cookie, origin: 'https://mail.example.org' })).status).toBe(201);
    for (const site of ['cross-site', 'same-site'])
      expect((await post({ cookie, 'sec-fetch-site': site, origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ cookie, origin: 'null' })).status).toBe(403);
    const forged = await app.request(
      'POST',
      '/sessions',
      { email: 'ann@example.com', password: PASSWORD },
      { authorization: '', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    );
    expect(forged).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(forged.headers['set-cookie']).toBeUndefined();
  });

  it('what comes without one is not asked where it is from', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' };
    expect((await app.request('POST', '/segments', { name: 'by key' }, headers)).status).toBe(201);
    const form = { authorization: '', 'content-type': 'application/x-www-form-urlencoded', ...headers };
    expect((await app.request('POST', '/unsubscribe/x', 'List-Unsubscribe=One-Click', form)).status).toBe(404);
  });

  it('every answer says what a browser must not do', async () => {
    for (const [method, url] of [
      ['GET', '/segments'],
      ['GET', '/nowhere'],
      ['GET', '/docs'],
      ['GET', '/dashboard/'],
      ['GET', '/preferences/x'],
      ['GET', '/c/x'],
      ['POST', '/segments'],
    ] as const) {
      const { headers } = await app.request(method, url);
      expect([url, headers['x-content-type-options']]).toEqual([url, 'nosniff']);
      expect([url, headers['referrer-policy']]).toEqual([url, 'no-referrer']);
      expect([url, headers['strict-transport-security']]).toEqual([url, 'max-age=15768000']);
      const policy = headers['content-security-policy']!;
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).toMatch(/default-src '(?:self|none)'/);
      expect(policy).not.toMatch(/script-src[^;]*(?:unsafe-inline|unsafe-eval|\*|http:)/);
    }
  });
});
