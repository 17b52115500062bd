import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { type ApiAct, ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, eventually, expectBalanced, ledgerOf } from './support/engine.js';
import { latestRun, makeContacts } from './support/factories.js';
import { Browser } from './support/push-service.js';
import { endAll } from './support/world.js';

const AUDIENCE = 30;
const accepted: ApiAct = { status: 201, headers: { location: '/message/1' } };

let app: TestApp;
/** The push services of two browsers. */
let one: ApiServer;
let other: ApiServer;
beforeAll(async () => {
  const env = { ALLOW_PRIVATE_NETWORKS: 'true', RETRY_BASE_MS: '1000', RETRY_MAX_ATTEMPTS: '3', SENDER_LANES: '1' };
  app = await startApp({ env });
  await makeContacts(app, AUDIENCE);
});
afterAll(() => app.close());
beforeEach(async () => {
  [one, other] = [await ApiServer.start(), await ApiServer.start()];
  for (const service of [one, other]) service.script = () => accepted;
  const { public_key, private_key } = (await app.request('POST', '/providers/vapid-keys')).body;
  const { status } = await app.request('POST', '/providers', {
    ...{ name: 'browsers', channel: 'push', kind: 'web_push', default: true, secrets: { private_key } },
    settings: {
      ...{ subject: 'mailto:push@example.org', public_key, connections: 1 },
      push_services: ['127.0.0.1', 'push.invalid'],
    },
  });
  expect(status).toBe(201);
});
afterEach(async () => {
  await endAll(app);
  await app.sql(sql`delete from provider`);
  await app.tick();
  await Promise.all([one.stop(), other.stop()]);
});

/** Gives every contact a browser at the service of its number, counted from 0. */
async function subscribe(serviceOf: (index: number) => string): Promise<void> {
  const rows = await app.sql<{ id: number }>(sql`select id from contact order by id`);
  for (const [index, { id }] of rows.entries()) {
    const { subscription } = new Browser(String(index), serviceOf(index));
    await app.sql(
      sql`update contact set push_subscriptions = ${JSON.stringify([subscription])}::jsonb where id = ${id}`,
    );
  }
}
const push = () => carryOut(app, { channel: 'push', message: 'Hello' });
const account = async () =>
  (await app.request('GET', '/providers')).body.find(({ name }: { name: string }) => name === 'browsers');
const lineOf = async (runId: number, outcome: string) =>
  Object.values(await ledgerOf(app, runId)).filter((line) => line.outcome === outcome);

describe('one subscription in trouble', () => {
  const troubles: [string, ApiAct, string][] = [
    ['is refused', { status: 403, body: 'invalid JWT' }, 'http_403'],
    ['is told that nobody is known', { status: 401 }, 'http_401'],
  ];
  it.each(troubles)(
    'is tried again and then fails where it %s; everybody else gets the message',
    async (_, act, code) => {
      await subscribe(() => one.origin);
      one.script = ({ path }) => (path === '/send/0' ? act : accepted);
      const run = await push();
      expect(run).toMatchObject({ status: 'processing', sent: AUDIENCE - 1, pending: 1 });
      for (let second = 0; second < 4; second += 1) {
        app.clock.advance(5_000);
        await app.tick();
      }
      expect(await latestRun(app, run.campaign_id)).toMatchObject({
        status: 'completed',
        sent: AUDIENCE - 1,
        failed: 1,
      });
      const [failed] = await lineOf(run.id, 'failed');
      expect(failed).toMatchObject({ reason: 'attempts_exhausted', attempts: 3 });
      expect(failed!.failed_attempts.map((attempt) => attempt.code)).toEqual([code, code, code]);
      expect(await account()).toMatchObject({ state: 'ready' });
      await expectBalanced(app, run.id);
    },
  );

  it('puts nobody off where its host is none', async () => {
    await subscribe((index) => (index < 6 ? `https://${index}.push.invalid` : one.origin));
    const run = await push();
    expect(run).toMatchObject({ status: 'processing', sent: AUDIENCE - 6, pending: 6 });
    expect(await account()).toMatchObject({ state: 'ready' });
  });

  it('puts nobody off where its answer is lost', async () => {
    await subscribe((index) => (index < 6 ? other.origin : one.origin));
    other.script = () => 'take_and_close';
    const { release } = one.hold();
    const running = push();
    await eventually(() => other.seen.length >= 5);
    release();
    const run = await running;
    expect(run).toMatchObject({ sent: AUDIENCE - 6 });
    expect(run.in_doubt).toBeGreaterThan(0);
    expect(await account()).toMatchObject({ state: 'ready' });
  });
});

describe('one push service in trouble', () => {
  it('is left alone for as long as it asks, and it alone; who only waits for it loses no try', async () => {
    await subscribe((index) => (index % 2 === 0 ? other.origin : one.origin));
    other.script = () => ({ status: 429, headers: { 'retry-after': '100' } });
    const run = await push();
    expect(run).toMatchObject({ status: 'processing', sent: AUDIENCE / 2, pending: AUDIENCE / 2 });
    expect(await account()).toMatchObject({ state: 'ready' });
    app.clock.advance(50_000);
    await app.tick();
    expect(other.seen).toHaveLength(1);

    app.clock.advance(51_000);
    await app.tick();
    expect(other.seen).toHaveLength(2);
    other.script = () => accepted;
    for (let wait = 0; wait < 4; wait += 1) {
      app.clock.advance(101_000);
      await app.tick();
    }
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: AUDIENCE });
    const refused = (await lineOf(run.id, 'sent')).flatMap((line) => line.failed_attempts);
    expect(refused.map(({ code }) => code)).toEqual(['http_429', 'http_429']);
    await expectBalanced(app, run.id);
  });

  it('is no trouble of its own where every service refuses and none ever accepted: then people have to look', async () => {
    await subscribe((index) => (index % 2 === 0 ? other.origin : one.origin));
    for (const service of [one, other]) service.script = () => ({ status: 401, body: 'no such key' });
    const run = await push();
    expect(run).toMatchObject({ status: 'paused', sent: 0, failed: 0, pending: AUDIENCE });
    expect(run.reason).toContain('no such key');
  });
});
