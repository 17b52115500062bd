import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { HitBuffer } from '../src/analytics/hit-buffer.js';
import { FaultProxy } from './chaos/fault-proxy.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, eventually } from './support/engine.js';
import { makeContacts, makeSegment } from './support/factories.js';
import { query } from './support/postgres-scenes.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const message =
  '<a href="https://a.example/">a</a><a href="https://b.example/">b</a><a href="https://c.example/{{ first_name }}">c</a>';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeSegment(app, 'one');
  await makeContacts(app, 1, { segments: ['one'] });
});
afterAll(() => app.close());

/** A message that was sent a minute ago: its parts by name, and the hits on it that are kept. */
async function sent() {
  const run = await carryOut(app, { target_segment: 'one', format: 'html', message });
  app.clock.advance(60_000);
  const { body } = app.providers.email.messages.at(-1)!;
  const [a, b, c, trap] = Array.from(body.matchAll(/<a href="([^"]+)"/g), ([, url]) => new URL(url!).pathname);
  const parts = { a: a!, b: b!, c: c!, trap: trap!, pixel: new URL(/<img src="([^"]+)"/.exec(body)![1]!).pathname };
  const kept = () =>
    app.sql<{ number: number; verdict: string }>(
      sql`select number, coalesce(reason, verdict::text) as verdict from hit where run_id = ${run.id} order by place`,
    );
  return { run, kept, ...parts };
}
const get = (path: string, by = app) =>
  by.request('GET', path, undefined, { authorization: '', 'user-agent': BROWSER });

describe('hits', () => {
  it('are heard while the database is away, and kept when it is back; clicks lead on where it need not be asked', async () => {
    const { a, b, c, pixel, kept } = await sent();
    await get(a);
    const admin = new URL(app.databaseUrl);
    const name = admin.pathname.slice(1);
    admin.pathname = '/postgres';
    await query(admin.href, `alter database "${name}" with allow_connections false`);
    await query(admin.href, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const image = await get(pixel);
    expect([image.status, image.headers['content-type']]).toEqual([200, 'image/gif']);
    expect((await get(b)).headers.location).toBe('https://b.example/');
    const unknown = await get(c);
    expect([unknown.status, unknown.headers['retry-after']]).toEqual([503, '30']);
    expect(unknown.headers['content-type']).toMatch(/^text\/html/);
    await app.app.get(HitBuffer).flush();
    await query(admin.href, `alter database "${name}" with allow_connections true`);
    await eventually(
      () => app.app.get(HitBuffer).flush().then(kept),
      (hits) => hits.length > 0,
    );
    expect((await kept()).map(({ number }) => number)).toEqual([2, 0, 3]);
    expect((await get(c)).headers.location).toBe('https://c.example/Name1');
  });

  it('are written by a process that stops before it is gone', async () => {
    const { a, pixel, kept } = await sent();
    const twin = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    await get(a, twin);
    await get(pixel, twin);
    await twin.close();
    expect(await kept()).toEqual([
      { number: 2, verdict: 'human' },
      { number: 0, verdict: 'human' },
    ]);
  });

  it('leave one row of each process that writes them, which the next one forgets after a month', async () => {
    const writers = () => app.sql(sql`select groups::int from hit_writer`);
    await app.sql(sql`delete from hit_writer`);
    for (const days of [30, 1]) {
      const { pixel } = await sent();
      const twin = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
      for (const _ of [1, 2]) {
        await get(pixel, twin);
        await twin.app.get(HitBuffer).flush();
      }
      await twin.close();
      expect(await writers()).toEqual([{ groups: 2 }]);
      app.clock.advance(days * 86_400_000);
    }
  });

  it('are judged together whichever process heard of them', async () => {
    const { run, a, b, kept } = await sent();
    const twin = await startApp({ databaseUrl: app.databaseUrl, clock: app.clock });
    await get(a);
    await get(b, twin);
    await Promise.all([app, twin].map((one) => one.app.get(HitBuffer).flush()));
    await twin.close();
    expect((await kept()).map(({ verdict }) => verdict)).toEqual(['burst', 'burst']);
    const { body } = await app.request('GET', `/analytics/${run.campaign_id}`);
    expect(body).toMatchObject({ opened: 0, clicked: 0, clicked_all: 1, clicks: 0, clicks_all: 2 });
  });

  it('are kept once where the answer to a write is lost, whichever write it is', async () => {
    const { pixel, kept } = await sent();
    const url = new URL(app.databaseUrl);
    const port = Number(url.port);
    let before = 0;
    const proxy = await FaultProxy.open(
      () => port,
      () => (before-- === 0 ? 0 : 1),
    );
    url.port = String(proxy.port);
    const twin = await startApp({ databaseUrl: url.href, clock: app.clock });
    let asked = 0;
    for (; proxy.cuts === asked; asked += 1) {
      before = asked;
      proxy.weather = 'cut_at_commit';
      await get(pixel, twin);
      await twin.app.get(HitBuffer).flush();
      proxy.weather = 'fair';
      await twin.app.get(HitBuffer).flush();
      expect(await kept()).toHaveLength(asked + 1);
    }
    // Who is written, the hit, its facts and the commit; the last round had fewer writes.
    expect(proxy.cuts).toBeGreaterThanOrEqual(3);
    expect(await app.sql(sql`select groups::int from hit_writer order by at desc, groups desc limit 1`)).toEqual([
      { groups: asked },
    ]);
    await twin.close();
    proxy.close();
  });

  it('without end on one message are not kept without end', async () => {
    const { pixel, kept } = await sent();
    await Promise.all(Array.from({ length: 1_001 }, () => get(pixel)));
    await app.app.get(HitBuffer).flush();
    expect(await kept()).toHaveLength(1_000);
  });
});
