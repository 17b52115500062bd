import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';

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

  it('what changes something with a session says where it comes from; what reads, or has a key, need not', async () => {
    expectProblem(await post({ cookie }), 403, 'ORIGIN_REQUIRED');
    const bare = { authorization: '', cookie };
    expectProblem(await app.request('DELETE', '/sessions/current', undefined, bare), 403, 'ORIGIN_REQUIRED');
    expect((await app.request('GET', '/segments', undefined, bare)).status).toBe(200);
    expect((await app.request('POST', '/segments', { name: 'with both' }, { cookie })).status).toBe(201);
    // A program may sign in.
    const signIn = { email: 'ann@example.com', password: PASSWORD };
    expect((await app.request('POST', '/sessions', signIn, { authorization: '' })).status).toBe(201);
  });

  it('what comes without one is not asked where it is from', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' };
    expect((await app.request('POST', '/segments', { name: 'by key' }, headers)).status).toBe(201);
    const form = { authorization: '', 'content-type': 'application/x-www-form-urlencoded', ...headers };
    expect((await app.request('POST', '/unsubscribe/x', 'List-Unsubscribe=One-Click', form)).status).toBe(404);
  });

  it('every answer says what a browser must not do', async () => {
    for (const [method, url, body] of [
      ['GET', '/segments'],
      ['GET', '/nowhere'],
      ['GET', '/%ff'],
      ['GET', `/campaigns/${'1'.repeat(900)}`],
      ['POST', '/segments', `"${'a'.repeat(1_100_000)}"`],
      ['GET', '/docs'],
      ['GET', '/dashboard/'],
      ['GET', '/preferences/x'],
      ['GET', '/c/x'],
      ['POST', '/segments'],
    ] as const) {
      const { headers } = await app.request(method, url, body);
      expect([url, headers['x-content-type-options']]).toEqual([url, 'nosniff']);
      expect([url, headers['referrer-policy']]).toEqual([url, 'no-referrer']);
      expect([url, headers['strict-transport-security']]).toEqual([url, 'max-age=15768000']);
      const policy = headers['content-security-policy']!;
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).toMatch(/default-src '(?:self|none)'/);
      expect(policy).not.toMatch(/script-src[^;]*(?:unsafe-inline|unsafe-eval|\*|http:)/);
    }
  });

  it('what may be about persons, or secret, is kept by nobody; what has an ETag by a browser alone, which asks', async () => {
    const kept = async (method: string, url: string, body?: object, headers?: Record<string, string>) => {
      const answer = await app.request(method, url, body, headers);
      return [url, answer.status, answer.headers['cache-control']];
    };
    const contact = (await app.request('POST', '/contacts', { email: 'eve@example.com' })).body.id;
    const { etag } = (await app.request('GET', '/contacts')).headers;
    expect(await kept('GET', '/contacts')).toEqual(['/contacts', 200, 'private, no-cache']);
    const again = await kept('GET', '/contacts', undefined, { 'if-none-match': etag! });
    expect(again).toEqual(['/contacts', 304, 'private, no-cache']);
    expect(await kept('GET', '/contacts/export')).toEqual(['/contacts/export', 200, 'no-store']);
    const key = { name: 'reads', scopes: ['read'] };
    for (const [method, url, status, body] of [
      ['POST', '/keys', 201, key],
      ['PATCH', `/contacts/${contact}`, 200, { first_name: 'Eve' }],
      ['GET', '/contacts/9999', 404],
      ['GET', '/nowhere', 404],
      ['GET', '/%ff', 400],
    ] as const)
      expect(await kept(method, url, body)).toEqual([url, status, 'no-store']);
  });
});
