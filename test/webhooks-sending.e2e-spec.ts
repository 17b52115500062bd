import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { type ApiAct, type ApiRequest, ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { blocked, eventually } from './support/engine.js';
import { makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { deliveriesOf, isSigned, makeWebhook, sendWebhooks } from './support/webhooks.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than anybody holds a delivery. */
const LEASE_MS = 80_000;
const env = { ALLOW_PRIVATE_NETWORKS: 'true', WEBHOOK_TIMEOUT_MS: '500' };

describe('a webhook', () => {
  let app: TestApp;
  let other: TestApp;
  let server: ApiServer;
  let contactId: number;
  const silent: ApiServer[] = [];
  beforeAll(async () => {
    server = await ApiServer.start();
    app = await startApp({ env });
    other = await startApp({ env, databaseUrl: app.databaseUrl, clock: app.clock });
    await makeContacts(app, 1);
    contactId = (await app.request('GET', '/contacts')).body[0].id;
  });
  afterAll(async () => {
    await other.close();
    await app.close();
    for (const one of [server, ...silent]) await one.stop();
  });
  afterEach(async () => {
    await app.sql(sql`delete from webhook_delivery`);
    await app.sql(sql`delete from webhook`);
    server.seen.length = 0;
    server.script = () => ({ status: 200 });
  });

  const listen = (url = server.url) => makeWebhook(app, url, ['contact.unsubscribed']);
  /** Lets a contact unsubscribe so many times, each time anew. */
  const happen = async (times = 1) => {
    for (let count = 0; count < times; count += 1)
      for (const sms of ['subscribed', 'unsubscribed'])
        await app.request('PATCH', `/contacts/${contactId}`, { consent: { sms } });
  };
  const ids = (requests: ApiRequest[]) => requests.map(({ headers }) => headers['webhook-id']);
  const get = async (id: number) => (await app.request('GET', `/webhooks/${id}`)).body;

  it.each<[string, ApiAct, object]>([
    ['an error', { status: 500 }, { answer: 500, error: 'it answered 500' }],
    [
      'a redirect, which is not followed',
      { status: 302, headers: { location: '/elsewhere' } },
      { answer: 302, error: 'it answered 302, and redirects are not followed' },
    ],
    ['nothing, for too long', 'take_and_hang', { answer: null, error: expect.stringMatching(/^http_timeout: /) }],
    ['nothing, and the end', 'take_and_close', { answer: null, error: expect.stringMatching(/^http_no_answer: /) }],
  ])('that answers with %s gets the same event again, under the same id', async (_, act, seen) => {
    const { id, secret } = await listen();
    server.script = () => act;
    await happen();
    await sendWebhooks(app);
    const [failed] = await deliveriesOf(app, id);
    expect(failed).toMatchObject({ state: 'pending', tries: 1, ...seen });
    const pause = Date.parse(failed.next_try_at) - app.clock.now().getTime();
    expect(pause).toBeGreaterThanOrEqual(4_500);
    expect(pause).toBeLessThanOrEqual(5_500);
    app.clock.advance(pause - 1);
    await sendWebhooks(app);
    expect(server.seen).toHaveLength(1);
    server.script = () => ({ status: 204 });
    app.clock.advance(1);
    await sendWebhooks(app);
    expect((await deliveriesOf(app, id))[0]).toMatchObject({ state: 'delivered', tries: 2, answer: 204, error: null });
    const [one, two] = server.seen as [ApiRequest, ApiRequest];
    expect([two.headers['webhook-id'], two.raw]).toEqual([one.headers['webhook-id'], one.raw]);
    expect(Number(two.headers['webhook-timestamp'])).toBeGreaterThan(Number(one.headers['webhook-timestamp']));
    expect([one, two].map((request) => isSigned(request, secret))).toEqual([true, true]);
    expect((await get(id)).failing_since).toBeNull();
  });

  it('is given up after ten tries within four days, and gets it all the same when people say so', async () => {
    const { id } = await listen();
    server.script = () => ({ status: 503 });
    const begun = app.clock.now();
    await happen(2);
    for (let tries = 1; tries <= 10; tries += 1) {
      await sendWebhooks(app);
      const waiting = await deliveriesOf(app, id, '&state=pending');
      expect(waiting.map((each: { tries: number }) => each.tries)).toEqual(tries < 10 ? [tries, tries] : []);
      const times = waiting.map(({ next_try_at }: { next_try_at: string }) => Date.parse(next_try_at));
      if (tries < 10) app.clock.set(new Date(Math.max(...times)));
    }
    expect(app.clock.now().getTime() - begun.getTime()).toBeLessThan(4 * DAY_MS);
    expect((await deliveriesOf(app, id, '&state=failed')).map(({ tries }: { tries: number }) => tries)).toEqual([
      10, 10,
    ]);
    const told = new Set(ids(server.seen));
    expect([server.seen.length, told.size]).toEqual([20, 2]);
    server.script = () => ({ status: 200 });
    const later = { since: new Date(begun.getTime() + 1) };
    expect((await app.request('POST', `/webhooks/${id}/replay`, later)).body).toEqual({ replayed: 0 });
    expect((await app.request('POST', `/webhooks/${id}/replay`, { since: begun })).body).toEqual({ replayed: 2 });
    await sendWebhooks(app);
    expect((await deliveriesOf(app, id, '&state=delivered')).length).toBe(2);
    const [last] = await deliveriesOf(app, id);
    const again = await app.request('POST', `/webhooks/${id}/deliveries/${last.id}/replay`);
    expect(again.body).toMatchObject({ id: last.id, event_id: last.event_id, state: 'pending', tries: 0 });
    await sendWebhooks(app);
    expect(server.seen).toHaveLength(23);
    expect(new Set(ids(server.seen))).toEqual(told);
  });

  it('that is gone is disabled at once, and one that takes nothing for five days, until people take it back', async () => {
    const { id } = await listen();
    server.script = () => ({ status: 410 });
    await happen();
    await sendWebhooks(app);
    expect(await get(id)).toMatchObject({ active: false, disabled_reason: expect.stringContaining('410') });
    expect(await deliveriesOf(app, id)).toMatchObject([{ state: 'failed', tries: 1, answer: 410 }]);
    await happen();
    expect(await deliveriesOf(app, id)).toHaveLength(1);
    await app.request('PATCH', `/webhooks/${id}`, { active: true });
    expect(await get(id)).toMatchObject({ active: true, disabled_reason: null, failing_since: null });
    server.script = () => ({ status: 500 });
    await happen();
    await sendWebhooks(app);
    const since = app.clock.now();
    expect((await get(id)).failing_since).toBe(since.toISOString());
    for (const [after, active] of [
      [5 * DAY_MS - 1, true],
      [5 * DAY_MS, false],
    ] as const) {
      await happen();
      await app.sql(sql`update webhook_delivery set tries = 9 where state = 'pending' and tries = 0`);
      app.clock.set(new Date(since.getTime() + after));
      await sendWebhooks(app);
      expect((await get(id)).active).toBe(active);
    }
    expect((await get(id)).disabled_reason).toContain('5 days');
  });

  it('that hangs holds up no other, and takes no more connections than its own', async () => {
    const hung = await ApiServer.start();
    silent.push(hung);
    hung.script = () => 'take_and_hang';
    const [slow, quick] = [await listen(hung.url), await listen()];
    await happen(6);
    const sending = sendWebhooks(app);
    expect((await deliveriesOf(app, slow.id, '&state=sending')).length).toBeLessThanOrEqual(4);
    await eventually(() => server.seen.length === 6);
    expect(hung.seen.length).toBeLessThan(6);
    expect(await deliveriesOf(app, quick.id, '&state=pending')).toEqual([]);
    await sending;
    // After the first failure one at a time, so that the other two took their turns.
    expect(hung.seen).toHaveLength(6);
    expect(await deliveriesOf(app, slow.id, '&state=pending')).toHaveLength(6);
  });

  it('gets every event once from two processes that claim at the same moment', async () => {
    await listen();
    await happen(12);
    // Held until both have come as far as they can.
    const holder = new Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('begin; select from webhook_delivery for update');
    let through = 0;
    const sending = Promise.all([app, other].map((one) => sendWebhooks(one).then(() => (through += 1))));
    await eventually(async () => through + (await blocked(app)) >= 2);
    await holder.query('commit');
    await holder.end();
    await sending;
    await Promise.all([app, other].map(sendWebhooks));
    expect(server.seen).toHaveLength(12);
    expect(new Set(ids(server.seen)).size).toBe(12);
  });

  it('gets it from another process where the first died before it could record', async () => {
    const { id } = await listen();
    await happen();
    // What it hears late must not undo what the other is doing.
    server.script = () => ({ status: server.seen.length === 1 ? 500 : 200 });
    const { reached, release } = server.hold();
    const dying = sendWebhooks(app);
    await reached;
    const [onItsWay] = await deliveriesOf(app, id);
    expect(onItsWay).toMatchObject({ state: 'sending', tries: 1, next_try_at: null });
    expectProblem(
      await app.request('POST', `/webhooks/${id}/deliveries/${onItsWay.id}/replay`),
      409,
      'WEBHOOK_ON_ITS_WAY',
    );
    await sendWebhooks(other);
    expect(server.seen).toHaveLength(1);
    app.clock.advance(LEASE_MS);
    const saving = sendWebhooks(other);
    await eventually(() => server.seen.length === 2);
    release();
    await Promise.all([dying, saving]);
    expect(new Set(ids(server.seen)).size).toBe(1);
    expect(await deliveriesOf(app, id)).toMatchObject([{ state: 'delivered', tries: 2, answer: 200 }]);
  });

  it('is signed with both secrets for a day after a rotation', async () => {
    const old = await listen();
    const { status, body } = await app.request('POST', `/webhooks/${old.id}/rotate`);
    expect([status, body.secret === old.secret]).toEqual([200, false]);
    expect(body.old_secret_until).toBe(new Date(app.clock.now().getTime() + DAY_MS).toISOString());
    const believed = () => [old.secret, body.secret].map((secret) => isSigned(server.seen.at(-1)!, secret));
    await happen();
    await sendWebhooks(app);
    expect(believed()).toEqual([true, true]);
    app.clock.advance(DAY_MS);
    await happen();
    await sendWebhooks(app);
    expect(believed()).toEqual([false, true]);
    expect((await get(old.id)).old_secret_until).toBeNull();
  });

  it('is tested at once, also while it is paused, and tried once', async () => {
    const { id, secret } = await listen();
    await app.request('PATCH', `/webhooks/${id}`, { active: false });
    const { status, body } = await app.request('POST', `/webhooks/${id}/test`);
    expect([status, body]).toMatchObject([200, { event: 'webhook.test', state: 'delivered', answer: 200 }]);
    expect([server.seen.length, isSigned(server.seen[0]!, secret)]).toEqual([1, true]);
    await app.request('PATCH', `/webhooks/${id}`, { active: true });
    server.script = () => ({ status: 410 });
    expect((await app.request('POST', `/webhooks/${id}/test`)).body).toMatchObject({ state: 'failed', answer: 410 });
    expect(await get(id)).toMatchObject({ active: true, failing_since: null });
  });

  it('keeps what it is to be told when its secret does not open any more, and gets it after a rotation', async () => {
    const { id } = await listen();
    await happen();
    await app.sql(sql`update webhook set secret = '00000000.x' where id = ${id}`);
    await sendWebhooks(app);
    const [{ state, error }] = await deliveriesOf(app, id);
    expect([state, error]).toEqual(['pending', `webhook.secret:${id} was sealed with another SECRET_KEY`]);
    expect(server.seen).toHaveLength(0);
    const { secret } = (await app.request('POST', `/webhooks/${id}/rotate`)).body;
    await app.request('POST', `/webhooks/${id}/replay`, { since: '2026-01-01T00:00:00Z' });
    await sendWebhooks(app);
    expect(server.seen.map((request) => isSigned(request, secret))).toEqual([true]);
  });
});
