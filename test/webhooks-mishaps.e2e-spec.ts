import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { WebhookBeat } from '../src/webhooks/webhook-beat.js';
import { WebhookPost } from '../src/webhooks/webhook-post.js';
import { AccessService } from '../src/access/access.service.js';
import { ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { blocked, eventually } from './support/engine.js';
import { makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { deliveriesOf, makeWebhook, sendWebhooks } from './support/webhooks.js';

const DAY_MS = 86_400_000;
/** Longer than anybody holds a delivery. */
const LEASE_MS = 80_000;

describe('a webhook, where something goes amiss,', () => {
  let app: TestApp;
  let server: ApiServer;
  let contactId: number;
  beforeAll(async () => {
    server = await ApiServer.start();
    app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
    await makeContacts(app, 1);
    contactId = (await app.request('GET', '/contacts')).body[0].id;
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
  });
  afterEach(async () => {
    await app.sql(sql`delete from webhook_delivery`);
    await app.sql(sql`delete from webhook`);
    server.seen.length = 0;
    server.script = () => ({ status: 200 });
  });

  const listen = () => makeWebhook(app, server.url, ['contact.unsubscribed']);
  const happen = async () => {
    for (const sms of ['subscribed', 'unsubscribed'])
      await app.request('PATCH', `/contacts/${contactId}`, { consent: { sms } });
  };
  const get = async (id: number) => (await app.request('GET', `/webhooks/${id}`)).body;
  const replay = (id: number, delivery: number) => app.request('POST', `/webhooks/${id}/deliveries/${delivery}/replay`);
  /** A delivery whose sender died while it was on its way. */
  const leave = (id: number) =>
    app.sql(sql`
      update webhook_delivery set state = 'sending', epoch = epoch + 1, tries = 1,
        due_at = ${new Date(app.clock.now().getTime() + LEASE_MS)}
      where webhook_id = ${id}`);

  it('is not disabled by one failure after a quiet week, only by what it refuses in all its tries', async () => {
    const { id } = await listen();
    server.script = () => ({ status: 503 });
    await happen();
    await sendWebhooks(app);
    app.clock.advance(10 * DAY_MS);
    await happen();
    await sendWebhooks(app);
    expect((await deliveriesOf(app, id)).map(({ tries }: { tries: number }) => tries)).toEqual([1, 2]);
    expect(await get(id)).toMatchObject({ active: true, disabled_reason: null });
    await app.sql(sql`update webhook_delivery set tries = 9, due_at = ${app.clock.now()} where tries = 1`);
    await sendWebhooks(app);
    expect((await deliveriesOf(app, id))[0]).toMatchObject({ state: 'failed', tries: 10 });
    expect(await get(id)).toMatchObject({ active: false, disabled_reason: expect.stringContaining('5 days') });
  });

  it.each([
    ['429 with seconds', 429, () => '600', 600_000],
    ['503 with a date', 503, (now: Date) => new Date(now.getTime() + 90_000).toUTCString(), 90_000],
    ['429 with a year', 429, () => '31536000', 3_600_000],
  ])('that answers %s is left alone for so long, an hour at most, whatever is due', async (_, status, wish, wait) => {
    const { id } = await listen();
    app.clock.set(new Date(Math.ceil(app.clock.now().getTime() / 1_000) * 1_000));
    server.script = () => ({ status, headers: { 'retry-after': wish(app.clock.now()) } });
    await happen();
    await sendWebhooks(app);
    const until = new Date(app.clock.now().getTime() + wait).toISOString();
    expect(await get(id)).toMatchObject({ active: true, held_until: until });
    expect(await deliveriesOf(app, id)).toMatchObject([{ state: 'pending', tries: 1, next_try_at: until }]);
    await happen();
    server.script = () => ({ status: 200 });
    app.clock.advance(wait - 1);
    await sendWebhooks(app);
    expect(server.seen).toHaveLength(1);
    app.clock.advance(1);
    await sendWebhooks(app);
    expect(server.seen).toHaveLength(3);
    expect(await get(id)).toMatchObject({ failing_since: null, held_until: null });
  });

  it('that is left alone is told at once when people take it back; other answers are no wish to be', async () => {
    const { id } = await listen();
    server.script = () => ({ status: 503, headers: { 'retry-after': '3000' } });
    await happen();
    await sendWebhooks(app);
    await app.request('PATCH', `/webhooks/${id}`, { active: true });
    expect((await get(id)).held_until).toBeNull();
    server.script = () => ({ status: 500, headers: { 'retry-after': '3000' } });
    await happen();
    await sendWebhooks(app);
    expect(server.seen).toHaveLength(2);
    expect((await get(id)).held_until).toBeNull();
  });

  it('gets no test again: not with all that failed, and once when somebody asks for that very one', async () => {
    const { id } = await listen();
    const since = app.clock.now();
    server.script = () => ({ status: 500 });
    const { body: test } = await app.request('POST', `/webhooks/${id}/test`);
    expect(test).toMatchObject({ state: 'failed', tries: 1 });
    expect((await app.request('POST', `/webhooks/${id}/replay`, { since })).body).toEqual({ replayed: 0 });
    expect((await replay(id, test.id)).body).toMatchObject({ state: 'pending' });
    await sendWebhooks(app);
    expect(await deliveriesOf(app, id)).toMatchObject([{ id: test.id, state: 'failed', tries: 1 }]);
    expect(server.seen).toHaveLength(2);
  });

  it('gets no test that was left on its way: it fails', async () => {
    const { id } = await listen();
    await app.request('POST', `/webhooks/${id}/test`);
    await leave(id);
    await app.app.get(WebhookBeat).tidy();
    expect(await deliveriesOf(app, id)).toMatchObject([{ state: 'sending' }]);
    app.clock.advance(LEASE_MS);
    await sendWebhooks(app);
    expect(server.seen).toHaveLength(1);
    await app.app.get(WebhookBeat).tidy();
    expect(await deliveriesOf(app, id)).toMatchObject([{ state: 'failed', error: expect.stringContaining('ended') }]);
  });

  it('that is paused lets go of what was on its way when its sender died', async () => {
    const { id } = await listen();
    await happen();
    await leave(id);
    await app.request('PATCH', `/webhooks/${id}`, { active: false });
    const [{ id: left }] = await deliveriesOf(app, id);
    expectProblem(await replay(id, left), 409, 'WEBHOOK_ON_ITS_WAY');
    app.clock.advance(LEASE_MS);
    expect(await replay(id, left)).toMatchObject({ status: 200, body: { state: 'pending', tries: 0 } });
    await app.request('PATCH', `/webhooks/${id}`, { active: true });
    await sendWebhooks(app);
    expect(await deliveriesOf(app, id)).toMatchObject([{ state: 'delivered', tries: 1 }]);
  });

  it('loses no try by what was too late to leave, and gets it at once', async () => {
    const { id } = await listen();
    const post = app.app.get(WebhookPost);
    const send = post.send.bind(post);
    const lateOnce = () => {
      post.send = (delivery) => ((post.send = send), send(delivery, () => false));
    };
    lateOnce();
    await happen();
    await sendWebhooks(app);
    expect(await deliveriesOf(app, id)).toMatchObject([{ state: 'delivered', tries: 1 }]);
    lateOnce();
    const { body } = await app.request('POST', `/webhooks/${id}/test`);
    expect(body).toMatchObject({ state: 'failed', tries: 0, answer: null, error: expect.stringContaining('not sent') });
    expect(server.seen).toHaveLength(1);
  });

  it('is one of fifty at most, also when two are made at the same moment', async () => {
    const now = app.clock.now();
    await app.sql(sql`
      insert into webhook (url, events, secret, created_at, updated_at)
      select 'https://crm.example/', '{run.completed}', 'x', ${now}, ${now} from generate_series(1, 49)`);
    const make = () => app.request('POST', '/webhooks', { url: server.url, events: ['run.completed'] });
    // Held until both have come as far as they can.
    const holder = new Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('begin; lock table webhook in share mode');
    const making = Promise.all([make(), make()]);
    await eventually(async () => (await blocked(app)) === 2);
    await holder.query('commit');
    await holder.end();
    const answers = await making;
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expectProblem(await make(), 409, 'TOO_MANY_WEBHOOKS');
  });

  it('shows its URL, which may be a secret, to administrators only', async () => {
    const { id } = await listen();
    const key = await app.app.get(AccessService).createKey('onlooker', ['read']);
    const as = { authorization: `Bearer ${key}` };
    for (const path of ['/webhooks', `/webhooks/${id}`])
      expectProblem(await app.request('GET', path, undefined, as), 403, 'SCOPE_MISSING');
    expect(JSON.stringify((await app.request('GET', `/webhooks/${id}/deliveries`, undefined, as)).body)).toBe('[]');
  });
});
