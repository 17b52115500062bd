import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AccessService } from '../src/access/access.service.js';
import { startApp, type TestApp } from './support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ask = (key: string) => app.request('GET', '/segments', undefined, { authorization: `Bearer ${key}` });
const recorded = async () => (await app.request('GET', '/audit?action=key.created&actor=start')).body;

it.each([
  ['revoked', (id: number) => app.request('DELETE', `/keys/${id}`)],
  ['rotated away', (id: number) => app.request('POST', `/keys/${id}/rotate`, {})],
  [
    'rotated away, but works on for a minute',
    (id: number) => app.request('POST', `/keys/${id}/rotate`, { overlap: 60 }),
  ],
])('a preset key is made once, which is recorded, and no start brings it back once it was %s', async (how, end) => {
  const access = app.app.get(AccessService);
  const preset = `the-preset-that-is-${how}`.replaceAll(/[ ,]+/g, '-');
  const before = (await recorded()).length;
  for (const _ of [1, 2]) expect(await access.presetKey(preset)).toBe(true);
  const [entry, ...others] = await recorded();
  expect([others.length, entry.actor]).toEqual([before, { kind: 'system', id: null, name: 'start' }]);
  expect((await ask(preset)).status).toBe(200);
  expect((await end(Number(entry.target_id))).status).toBeLessThan(300);
  expect(await access.presetKey(preset)).toBe(false);
  app.clock.advance(60_000);
  expect((await ask(preset)).status).toBe(401);
});

it('the key of the first start is recorded, too', async () => {
  const key = await app.app.get(AccessService).firstKey();
  expect((await ask(key)).status).toBe(200);
  const { body: keys } = await app.request('GET', '/keys?limit=200');
  const made = keys.find(({ name }: { name: string }) => name === 'first key');
  expect((await recorded())[0].target_id).toBe(String(made.id));
});
