import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { type ApiAct, type ApiRequest, ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, expectBalanced, ledgerOf, openGates } from './support/engine.js';
import { latestRun, makeSegment } from './support/factories.js';
import { FcmServer } from './support/fcm-server.js';
import { Browser, checkPush } from './support/push-service.js';

let app: TestApp;
let service: ApiServer;
let keys: { public_key: string; private_key: string };
/** What the push service answers to a browser, by its name; 201 unless said. */
let answers: Record<string, ApiAct>;
beforeAll(async () => {
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true', RETRY_BASE_MS: '1000', SENDER_LANES: '1' } });
  service = await ApiServer.start();
  keys = (await app.request('POST', '/providers/vapid-keys')).body;
  const { status, body } = await app.request('POST', '/providers', account('browsers', { default: true }));
  expect([status, body]).toEqual([201, expect.objectContaining({ has_secret: true })]);
  expect(JSON.stringify(body)).not.toContain(keys.private_key);
  forgive();
});
afterAll(async () => {
  await app.close();
  await service.stop();
});
afterEach(() => {
  openGates();
  forgive();
});

function forgive(): void {
  answers = {};
  service.script = (request: ApiRequest) => {
    checkPush(request, service.origin, keys.public_key);
    return answers[request.path.slice('/send/'.length)] ?? { status: 201, headers: { location: '/message/1' } };
  };
  service.seen.length = 0;
}

const account = (name: string, more: object = {}) => ({
  ...{ name, channel: 'push', kind: 'web_push' },
  settings: { subject: 'mailto:push@example.org', public_key: keys.public_key, push_services: ['127.0.0.1'] },
  secrets: { private_key: keys.private_key },
  ...more,
});

/** A contact alone in a segment of its name, with browsers at the push service: the API takes only secure ones. */
async function make(name: string, ...subscriptions: object[]): Promise<number> {
  await makeSegment(app, name);
  const contact = { email: `${name}@example.com`, first_name: name, segments: [name] };
  const { id } = (await app.request('POST', '/contacts', contact)).body;
  await keep(id, subscriptions);
  return id as number;
}
const keep = (id: number, subscriptions: object[]) =>
  app.sql(sql`update contact set push_subscriptions = ${JSON.stringify(subscriptions)}::jsonb where id = ${id}`);
const browser = (name: string) => new Browser(name, service.origin);
const kept = async (id: number) => (await app.request('GET', `/contacts/${id}`)).body.push_subscriptions;
const push = (segment: string, more: object = {}) =>
  carryOut(app, { channel: 'push', target_segment: segment, message: 'Hello {{ first_name }}', ...more });
const reached = () => service.seen.map(({ path }) => path.slice('/send/'.length)).sort();

describe('a push campaign', () => {
  it('shows each browser of a contact its title, its text and its picture, and opens its URL; the run keeps them', async () => {
    const [phone, laptop] = [browser('phone'), browser('laptop')];
    await make('ada', phone.subscription, laptop.subscription);
    const url = 'https://example.org/news?a=1';
    const icon = 'https://example.org/icon.png';
    const run = await push('ada', { subject: 'News for {{ first_name }}', url, icon });
    expect(run).toMatchObject({ status: 'completed', provider: 'browsers', sent: 1 });
    expect(reached()).toEqual(['laptop', 'phone']);
    const [first] = service.seen.filter(({ path }) => path === phone.path);
    expect(JSON.parse(phone.decrypt(first!.bytes))).toEqual({
      ...{ title: 'News for ada', body: 'Hello ada', url, icon },
      tag: expect.stringMatching(new RegExp(`^${run.id}\\.`)),
    });
    expect(await app.sql(sql`select url, icon from run where id = ${run.id}`)).toEqual([{ url, icon }]);
    expect((await app.request('GET', `/campaigns/${run.campaign_id}`)).body).toMatchObject({ url, icon });
  });

  it('is sent where one browser takes it, and forgets those that are gone', async () => {
    const [dead, alive] = [browser('dead'), browser('alive')];
    const id = await make('bob', dead.subscription, alive.subscription);
    answers.dead = { status: 410 };
    const run = await push('bob');
    expect(run).toMatchObject({ status: 'completed', sent: 1 });
    expect(await kept(id)).toEqual([alive.subscription]);
    await expectBalanced(app, run.id);
  });

  it('fails where all are gone, and then the contact has no address', async () => {
    const id = await make('cyd', browser('gone1').subscription, browser('gone2').subscription);
    answers.gone1 = answers.gone2 = { status: 404 };
    const run = await push('cyd');
    expect(run).toMatchObject({ status: 'completed', failed: 1 });
    const [line] = Object.values(await ledgerOf(app, run.id));
    expect(line).toMatchObject({ outcome: 'failed', reason: 'http_404_gone' });
    expect(await kept(id)).toEqual([]);
    expect(await push('cyd')).toMatchObject({ skipped: 1 });
  });

  it('tries again only where no browser took it, without the dead', async () => {
    const [busy, dead] = [browser('busy'), browser('lost')];
    await make('dan', busy.subscription, dead.subscription);
    answers = { busy: { status: 429, headers: { 'retry-after': '5' } }, lost: { status: 410 } };
    const run = await push('dan');
    expect(run).toMatchObject({ status: 'processing', pending: 1 });
    forgive();
    app.clock.advance(11_000);
    await app.tick();
    expect(await latestRun(app, run.campaign_id)).toMatchObject({ status: 'completed', sent: 1 });
    expect(reached()).toEqual(['busy']);
  });

  it('keeps a browser that was registered anew while the message was on its way', async () => {
    const id = await make('eve', { ...browser('again').subscription, registered_at: '2026-01-01T00:00:00Z' });
    const fresh = [{ ...browser('again').subscription, registered_at: '2026-02-01T00:00:00Z' }];
    const { reached: arrived, release } = service.hold();
    answers.again = { status: 410 };
    const running = push('eve');
    await arrived;
    await keep(id, fresh);
    release();
    expect(await running).toMatchObject({ failed: 1 });
    expect(await kept(id)).toEqual(fresh);
  });

  it('leaves out a browser that is on the suppression list, though it is not the first', async () => {
    const [one, other] = [browser('open'), browser('closed')];
    await make('fay', one.subscription, other.subscription);
    await app.request('POST', '/suppressions', { address: other.subscription.endpoint, channel: 'push' });
    expect(await push('fay')).toMatchObject({ sent: 1 });
    expect(reached()).toEqual(['open']);
  });

  it('fails for whom it is too large, and is refused where it is so for everybody', async () => {
    await make('gil', browser('small').subscription);
    const run = await push('gil', {
      message: `{% for i in (1..1000) %}{{ first_name }}{% endfor %}${'.'.repeat(3_000)}`,
    });
    const [line] = Object.values(await ledgerOf(app, run.id));
    expect(line).toMatchObject({ outcome: 'failed', reason: 'too_large' });
    expect(service.seen).toEqual([]);
    const wrong = await app.request('POST', '/campaigns', {
      ...{
        name: 'A',
        type: 'one_time',
        schedule_time: '2030-01-01T00:00:00Z',
        channel: 'push',
        message: 'x'.repeat(4_000),
      },
      ...{ url: 'javascript:alert(1)' },
    });
    expect([wrong.status, wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      400,
      ['/url'],
    ]);
    const { status, body } = await app.request('POST', '/campaigns', {
      ...{
        name: 'A',
        type: 'one_time',
        schedule_time: '2030-01-01T00:00:00Z',
        channel: 'push',
        message: 'x'.repeat(4_000),
      },
    });
    expect([status, body.errors]).toEqual([
      400,
      [expect.objectContaining({ pointer: '/message', code: 'PUSH_TOO_LARGE' })],
    ]);
  });

  it('reaches devices through an account that speaks to these, and fails for who has none', async () => {
    const google = await FcmServer.start(() => app.clock.now());
    const created = await app.request('POST', '/providers', {
      ...{ name: 'devices', channel: 'push', kind: 'fcm', settings: { endpoint: google.api.origin } },
      secrets: { service_account: google.serviceAccount },
    });
    expect([created.status, JSON.stringify(created.body).includes('PRIVATE')]).toEqual([201, false]);
    await make('hal', { token: 'hal-phone', platform: 'ios' });
    expect(await push('hal', { provider: 'devices', subject: 'T' })).toMatchObject({ sent: 1 });
    expect(google.messages).toEqual([expect.objectContaining({ token: 'hal-phone' })]);
    const run = await push('hal');
    const [line] = Object.values(await ledgerOf(app, run.id));
    expect(line).toMatchObject({ outcome: 'failed', reason: 'no_subscription' });
    await google.api.stop();
  });
});

describe('a push account', () => {
  const create = async (overrides: object) =>
    (await app.request('POST', '/providers', account('other', overrides))).body;

  it('is refused with keys that do not belong together, or are none', async () => {
    const { private_key } = (await app.request('POST', '/providers/vapid-keys')).body;
    expect(await create({ secrets: { private_key } })).toMatchObject({
      errors: [{ pointer: '/settings', message: 'public_key is not that of the secret private_key' }],
    });
    const pointers = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer);
    const settings = { subject: 'me', public_key: 'x', topic: 'a b', urgency: 'now' };
    expect(pointers(await create({ settings, secrets: {} }))).toEqual(
      expect.arrayContaining(['/settings/subject', '/settings/public_key', '/settings/topic', '/secrets/private_key']),
    );
    expect(await create({ channel: 'sms' })).toMatchObject({ code: 'INVALID_PROVIDER' });
  });

  it('carries the question of a double opt-in, a click on which leads to the answer', async () => {
    const asked = browser('asked');
    const id = await make('ida', asked.subscription);
    const { body } = await app.request('POST', `/contacts/${id}/opt-in`, { channel: 'push', text_version: '1' });
    expect(body).toMatchObject({ outcome: 'sent', provider: 'browsers' });
    expect(JSON.parse(asked.decrypt(service.seen[0]!.bytes))).toMatchObject({ url: body.confirm_url });
  });

  it('can be tried with the subscription of a browser', async () => {
    const [{ id }] = (await app.request('GET', '/providers')).body.filter(
      ({ name }: { name: string }) => name === 'browsers',
    );
    const tried = browser('tried');
    const { body } = await app.request('POST', `/providers/${id}/test`, { to: JSON.stringify(tried.subscription) });
    expect(body).toMatchObject({ outcome: 'sent' });
    expect(JSON.parse(tried.decrypt(service.seen[0]!.bytes))).toMatchObject({ title: 'A test of browsers' });
  });
});
