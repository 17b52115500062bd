import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';

const ADMIN = { name: 'admin', scopes: ['admin'] };

describe('API keys that are bound to networks', () => {
  let app: TestApp;
  let behind: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { REFUSED_REQUESTS_PER_MINUTE: '3' } });
    behind = await startApp({
      databaseUrl: app.databaseUrl,
      clock: app.clock,
      env: { TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' },
    });
  });
  afterAll(async () => {
    await behind.close();
    await app.close();
  });

  const make = async (...networks: string[]) =>
    (await app.request('POST', '/keys', { name: 'bound', scopes: ['read'], networks })).body;
  const listed = async (id: number) =>
    (await app.request('GET', '/keys?limit=200')).body.find((key: { id: number }) => key.id === id);
  const ask = (key: string, remoteAddress: string, url = '/segments') =>
    app.app.inject({ url, remoteAddress, headers: { authorization: `Bearer ${key}` } });
  const askBehind = (key: string, forwarded: string) =>
    behind.request('GET', '/segments', undefined, { authorization: `Bearer ${key}`, 'x-forwarded-for': forwarded });

  it('work from there, and are refused from everywhere else, whatever they may do', async () => {
    const { id, key, networks } = await make('203.0.113.0/24', '198.51.100.7');
    expect(networks).toEqual(['203.0.113.0/24', '198.51.100.7']);
    const refused = await ask(key, '203.0.114.1');
    expect([refused.statusCode, refused.json()]).toEqual([
      403,
      expect.objectContaining({
        code: 'NETWORK_REFUSED',
        detail: 'This request comes from 203.0.114.1, and its API key may not be used from there.',
      }),
    ]);
    // Its scope would not do either; that is not told to whoever is not there.
    expect((await ask(key, '203.0.114.1', '/keys')).json().code).toBe('NETWORK_REFUSED');
    expect((await listed(id)).last_used_at).toBeNull();
    for (const address of ['203.0.113.255', '198.51.100.7', '::ffff:203.0.113.9', '::ffff:cb00:7109'])
      expect([address, (await ask(key, address)).statusCode]).toEqual([address, 200]);
    const shown = await listed(id);
    expect(shown).toMatchObject({ networks, last_used_at: app.clock.now().toISOString() });
    for (const address of ['198.51.100.8', '::ffff:198.51.100.8', '2001:db8::1'])
      expect([address, (await ask(key, address)).statusCode]).toEqual([address, 403]);
  });

  it('know IPv6 networks, and IPv4 ones that are written so', async () => {
    const { key } = await make('2001:db8:7::/48', '::ffff:192.0.2.0/120');
    for (const address of ['2001:db8:7:1::9', '2001:DB8:7::', '192.0.2.44', '::ffff:192.0.2.44'])
      expect([address, (await ask(key, address)).statusCode]).toEqual([address, 200]);
    for (const address of ['2001:db8:8::1', '192.0.3.1', 'fe80::1%eth0'])
      expect([address, (await ask(key, address)).statusCode]).toEqual([address, 403]);
  });

  it('go by the address that a trusted proxy tells, with its port or without, and by nobody else', async () => {
    const { key } = await make('203.0.113.0/24');
    expect((await askBehind(key, '203.0.113.5, 10.1.2.3')).status).toBe(200);
    expect((await askBehind(key, '203.0.113.5:4711')).status).toBe(200);
    for (const [forwarded, from] of [
      ['203.0.113.5, 192.0.2.1:4711', '192.0.2.1'],
      ['somebody', 'somebody'],
    ] as const) {
      const refused = await askBehind(key, forwarded);
      expectProblem(refused, 403, 'NETWORK_REFUSED');
      expect(refused.body.detail).toContain(`comes from ${from},`);
    }
    const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.5' };
    expect((await app.app.inject({ url: '/segments', headers })).statusCode).toBe(403);
  });

  it('are counted where they are refused, by the address', async () => {
    const { key } = await make('203.0.113.0/24');
    const answers = [];
    for (let turn = 0; turn < 4; turn += 1) answers.push(await ask(key, '192.0.2.77'));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 429]);
    expect(answers[0]!.headers['ratelimit-policy']).toBe('"address";q=3;w=60');
    expect((await ask(key, '203.0.113.1')).statusCode).toBe(200);
  });

  it('stay bound when they get another secret, and so does the one before', async () => {
    const { id, key: before, networks } = await make('203.0.113.0/24');
    const { body } = await app.request('POST', `/keys/${id}/rotate`, { overlap: 60 });
    expect(body.networks).toEqual(networks);
    for (const [turn, key] of [before, body.key].entries()) {
      expect((await ask(key, `192.0.2.${turn + 1}`)).json().code).toBe('NETWORK_REFUSED');
      expect((await ask(key, '203.0.113.1')).statusCode).toBe(200);
    }
  });

  it.each(['example.org', 'loopback', '203.0.113.0/33', '2001:db8::/129', '203.0.113', 'fe80::1%eth0', ''])(
    'are not made for "%s"',
    async (network) => {
      const body = { ...ADMIN, networks: [network, '203.0.113.0/24'] };
      const refused = await app.request('POST', '/keys', body);
      expectProblem(refused, 400, 'INVALID_KEY', '/networks/0');
      expect(refused.body.errors).toHaveLength(1);
    },
  );

  it('are made for 1 to 50 networks, or for anywhere', async () => {
    const many = Array.from({ length: 51 }, (_, index) => `203.0.113.${index}`);
    for (const networks of [[], many, ['::1', '::1'], [1], '::1'])
      expectProblem(await app.request('POST', '/keys', { ...ADMIN, networks }), 400, 'VALIDATION_FAILED', '/networks');
    const { status, body } = await app.request('POST', '/keys', { name: 'all', scopes: ['read'], networks: null });
    expect([status, body.networks]).toEqual([201, null]);
    expect((await make(...many.slice(1))).networks).toHaveLength(50);
  });

  it('are no reason to let the last go that may do everything from anywhere', async () => {
    await app.request('POST', '/keys', { ...ADMIN, networks: ['127.0.0.1'] });
    const { body: keys } = await app.request('GET', '/keys?limit=200');
    const free = keys.filter((key: typeof ADMIN & { networks: null }) => key.scopes[0] === 'admin' && !key.networks);
    const [first, last] = free.map(({ id }: { id: number }) => id);
    expect((await app.request('DELETE', `/keys/${last}`)).status).toBe(204);
    expectProblem(await app.request('DELETE', `/keys/${first}`), 409, 'LAST_ADMIN');
  });
});
