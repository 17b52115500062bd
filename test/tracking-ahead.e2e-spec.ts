import { subscribe } from 'node:diagnostics_channel';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts } from './support/factories.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

let app: TestApp;
let origin: string;
let link: string;
let pixel: string;
beforeAll(async () => {
  app = await startApp({ env: { TRUSTED_PROXIES: 'loopback' } });
  await app.app.listen(0, '127.0.0.1');
  origin = `http://127.0.0.1:${(app.app.getHttpServer().address() as AddressInfo).port}`;
  await makeContacts(app, 1);
  await carryOut(app, { format: 'html', message: '<a href="https://a.example/?x=1">a</a>' });
  const { body } = app.providers.email.messages[0]!;
  link = new URL(/<a href="([^"]+)"/.exec(body)![1]!).pathname;
  pixel = new URL(/<img src="([^"]+)"/.exec(body)![1]!).pathname;
  app.clock.advance(60_000);
});
afterAll(() => app.close());

/** How many requests the framework's routes handled. */
let handled = 0;
subscribe('tracing:fastify.request.handler:start', () => (handled += 1));

const ask = async (path: string, method = 'GET') => {
  const headers = { 'user-agent': BROWSER, 'x-forwarded-for': '198.51.100.7' };
  const answer = await fetch(origin + path, { method, headers, redirect: 'manual' });
  const body = Buffer.from(await answer.arrayBuffer()).toString('latin1');
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
};
const lasting = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:date|connection|keep-alive)$/.test(name)));
const kept = async () => {
  await app.app.get(HitBuffer).flush();
  return app.sql<{ number: number; address: string }>(sql`delete from hit returning number, address`);
};

it('who connects is answered as who goes the way through the framework, and counted as well', async () => {
  for (const [path, status, number] of [
    [link, 302, 2],
    [pixel, 200, 0],
    [`${link}?url=https://evil.example/`, 302, 2],
    [`${link}x`, 404, null],
    [pixel.replace('.gif', ''), 404, null],
    [link.replace('/c/', '/c/%2e'), 404, null],
  ] as const) {
    const direct = await ask(path);
    expect([path, direct.status]).toEqual([path, status]);
    const through = await app.request('GET', path, undefined, { 'x-forwarded-for': '198.51.100.7' });
    // The framework adds what it tells browsers of every page.
    expect(through).toMatchObject({ status, headers: lasting(direct.headers) });
    const hit = number === null ? [] : [{ number, address: '198.51.100.0' }];
    expect(await kept()).toEqual([...hit, ...hit]);
  }
  expect(
    Buffer.from((await ask(pixel)).body, 'latin1')
      .subarray(0, 6)
      .toString(),
  ).toBe('GIF89a');
});

it('says what a browser must not do with it', async () => {
  for (const path of [link, pixel, '/c/x'])
    expect((await ask(path)).headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    });
});

it('who asks for what messages write never reaches the framework; what is written otherwise does', async () => {
  handled = 0;
  for (const path of [link, pixel, `${link}x`]) await ask(path);
  expect(handled).toBe(0);
  await ask(pixel.replace('.gif', ''));
  expect(handled).toBe(1);
});

it('a HEAD is told the same and not counted, and anything else is not possible', async () => {
  await kept();
  const head = await ask(link, 'HEAD');
  expect([head.status, head.headers.location, head.body]).toEqual([302, 'https://a.example/?x=1', '']);
  const post = await ask(link, 'POST');
  expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  expect(await kept()).toEqual([]);
});

it('is measured under its route, never under its token', async () => {
  await app.request('GET', '/metrics');
  await ask(pixel);
  const { body } = await app.request('GET', '/metrics');
  expect(body).toMatch(/request_duration_seconds_count\{method="GET",route="\/o\/:file",status="200"\} 1/);
});
