import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService } from '../src/access/access.service.js';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';

describe('the limits of requests', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({
      env: { API_REQUESTS_PER_MINUTE: '5', REFUSED_REQUESTS_PER_MINUTE: '3', TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' },
    });
  });
  afterAll(() => app.close());
  const ask = (key: string, url = '/segments') =>
    app.request('GET', url, undefined, { authorization: key && `Bearer ${key}` });

  it('are for each key, are told in every answer, and end with their minute', async () => {
    const access = app.app.get(AccessService);
    const [one, two] = [await access.createKey('one', ['read']), await access.createKey('two', ['read'])];
    for (const left of [4, 3, 2, 1, 0]) {
      const { status, headers } = await ask(one);
      expect([status, headers['ratelimit-policy']]).toEqual([200, '"caller";q=5;w=60']);
      expect(headers.ratelimit).toBe(`"caller";r=${left};t=60`);
    }
    app.clock.advance(20_000);
    const refused = await ask(one);
    expectProblem(refused, 429, 'RATE_LIMITED');
    expect(refused.headers['retry-after']).toBe('40');
    expect(refused.headers.ratelimit).toBe('"caller";r=0;t=40');
    expect((await ask(two)).status).toBe(200);
    app.clock.advance(40_000);
    expect((await ask(one)).status).toBe(200);
  });

  it('are for each address where nobody is known, and leave those alone who are, and what is open to all', async () => {
    const key = await app.app.get(AccessService).createKey('known', ['read']);
    for (const wrong of ['', 'wrong', 'wrong too']) expect((await ask(wrong)).status).toBe(401);
    const refused = await ask('wrong again');
    expectProblem(refused, 429, 'RATE_LIMITED');
    expect(refused.headers['ratelimit-policy']).toBe('"address";q=3;w=60');
    expect((await ask(key)).status).toBe(200);
    for (const url of ['/health/live', '/o/x.gif', '/c/x', '/preferences/x']) {
      const { status, headers } = await ask('', url);
      expect([url, status === 429, headers.ratelimit]).toEqual([url, false, undefined]);
    }
    app.clock.advance(60_000);
    expect((await ask('')).status).toBe(401);
  });

  it('take the address that a trusted proxy tells, and from nobody else', async () => {
    const from = (forwarded: string, remoteAddress = '127.0.0.1') =>
      app.app.inject({ url: '/segments', remoteAddress, headers: { 'x-forwarded-for': forwarded } });
    const left = async (...from_: Parameters<typeof from>) =>
      Number(/r=(\d+)/.exec(String((await from(...from_)).headers.ratelimit))![1]);
    expect(await left('192.0.2.1')).toBe(2);
    expect(await left('192.0.2.2')).toBe(2);
    expect(await left('192.0.2.9, 192.0.2.2, 10.1.1.1')).toBe(1);
    expect(await left('192.0.2.3', '198.51.100.1')).toBe(2);
    expect(await left('192.0.2.4', '198.51.100.1')).toBe(1);
  });
});
