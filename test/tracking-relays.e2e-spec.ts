import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { RelayNetworks } from '../src/analytics/relay-networks.js';
import { parseConfig } from '../src/platform/config.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeContacts } from './support/factories.js';

const SAFARI = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';

let folder: string;
let app: TestApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relays-'));
  const file = join(folder, 'egress-ip-ranges.csv');
  await writeFile(file, '172.224.224.0/31,GB,GB-ENG,London,\n2a02:26f7:b000:4000::/64,DE,DE-BE,Berlin,\n');
  app = await startApp({ env: { TRUSTED_PROXIES: 'loopback', APPLE_RELAY_NETWORKS: file } });
  await makeContacts(app, 1);
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

it('an image that Apple’s relays load is nobody’s open, also when it is judged anew; a link is followed by somebody', async () => {
  const run = await carryOut(app, { format: 'html', message: '<a href="https://a.example/">a</a>' });
  const { body } = app.providers.email.messages[0]!;
  const [pixel, link] = [/<img src="([^"]+)"/, /<a href="([^"]+)"/].map(
    (part) => new URL(part.exec(body)![1]!).pathname,
  );
  app.clock.advance(60_000);
  for (const [path, from] of [
    [pixel!, '172.224.224.1'],
    [pixel!, '2a02:26f7:b000:4000::7'],
    [pixel!, '172.224.224.2'],
    [link!, '172.224.224.1'],
  ] as const) {
    await app.request('GET', path, undefined, { 'user-agent': SAFARI, 'x-forwarded-for': from });
    app.clock.advance(10_000);
  }
  await app.app.get(HitBuffer).flush();
  const verdicts = async () =>
    (
      await app.sql<{ reason: string | null; verdict: string }>(sql`select verdict, reason from hit order by place`)
    ).map(({ reason, verdict }) => reason ?? verdict);
  const expected = ['apple_relay', 'apple_relay', 'human', 'human'];
  expect(await verdicts()).toEqual(expected);
  const numbers = (await app.request('GET', `/analytics/${run.campaign_id}`)).body;
  expect(numbers).toMatchObject({ opens: 1, opens_all: 3, clicks: 1, clicks_all: 1 });
  await app.sql(sql`update hit set verdict = 'human', reason = null`);
  expect((await app.request('POST', `/campaigns/${run.campaign_id}/rescore`)).body.changed).toBe(2);
  expect(await verdicts()).toEqual(expected);
});

it.each([
  ['nowhere.csv', /APPLE_RELAY_NETWORKS: ENOENT/],
  ['wrong.csv', /APPLE_RELAY_NETWORKS: line 2 begins with no network: London/],
])('a file that cannot be used keeps the process from starting: %s', async (name, reason) => {
  await writeFile(join(folder, 'wrong.csv'), '172.224.224.0/31,GB\nLondon\n');
  const config = parseConfig({ APPLE_RELAY_NETWORKS: join(folder, name) });
  const networks = new RelayNetworks(config, app.app.get(HttpAdapterHost));
  await expect(networks.onModuleInit()).rejects.toThrow(reason);
});
