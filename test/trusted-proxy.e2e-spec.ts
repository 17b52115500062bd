import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts } from './support/factories.js';

let direct: TestApp;
let behind: TestApp;
let link: string;
beforeAll(async () => {
  direct = await startApp();
  const { databaseUrl, clock } = direct;
  behind = await startApp({ databaseUrl, clock, env: { TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' } });
  await makeContacts(direct, 1);
  await carryOut(direct, { format: 'html', message: '<a href="https://a.example/">a</a>' });
  link = new URL(/<a href="([^"]+)"/.exec(direct.providers.email.messages[0]!.body)![1]!).pathname;
});
afterAll(async () => {
  await behind.close();
  await direct.close();
});

/** The network that is kept of a click with that `X-Forwarded-For`. */
async function networkOf(app: TestApp, forwarded: string): Promise<string | null> {
  await app.request('GET', link, undefined, { authorization: '', 'x-forwarded-for': forwarded });
  await app.app.get(HitBuffer).flush();
  const [hit] = await app.sql<{ address: string | null }>(sql`delete from hit returning address`);
  return hit!.address;
}

it('a click behind a trusted proxy comes from where the proxy says, whatever the client said before', async () => {
  expect(await networkOf(behind, '198.51.100.7')).toBe('198.51.100.0');
  expect(await networkOf(behind, '198.51.100.7, 10.1.2.3')).toBe('198.51.100.0');
  expect(await networkOf(behind, '203.0.113.9, 198.51.100.7, 10.1.2.3')).toBe('198.51.100.0');
  expect(await networkOf(behind, '2001:db8:7::1')).toBe('2001:db8:7::');
  expect(await networkOf(behind, 'somebody')).toBe(null);
});

it('without a trusted proxy nobody is believed', async () => {
  expect(await networkOf(direct, '198.51.100.7')).toBe('127.0.0.0');
});
