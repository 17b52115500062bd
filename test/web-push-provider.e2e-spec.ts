import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PushProvider } from '../src/delivery/channels/push/push.provider.js';
import { WebPushDialect } from '../src/delivery/channels/push/web-push.dialect.js';
import type { HttpRequest } from '../src/delivery/channels/http/http.provider.js';
import type { OutgoingMessage } from '../src/delivery/channels/provider.js';
import { VapidKeysService } from '../src/delivery/vapid-keys.service.js';
import { type ApiAct, ApiServer } from './support/api-server.js';
import { describeProviderContract, outgoing } from './support/provider-contract.js';
import { Browser, checkPush } from './support/push-service.js';

const { public_key: publicKey, private_key: privateKey } = new VapidKeysService().generate();
const accepted = { status: 201, headers: { location: '/message/1' }, body: '' };

/** A push service that takes what is as the RFCs ask, a browser that subscribed there, and a provider that sends. */
async function makeRig(account: object = {}) {
  const server = await ApiServer.start();
  server.script = (request) => {
    checkPush(request, server.origin, publicKey);
    return accepted;
  };
  const browser = new Browser('ada', server.origin);
  const pushServices = ['127.0.0.1'];
  const dialect = new WebPushDialect({
    subject: 'mailto:a@example.org',
    publicKey,
    privateKey,
    pushServices,
    ...account,
  });
  const options = { name: 'account', allowPrivate: true, timeoutMs: 2_000, now: () => new Date() };
  return { server, browser, provider: new PushProvider(dialect, options) };
}

describeProviderContract('web push', async () => {
  const { server, browser, provider } = await makeRig();
  return {
    provider,
    to: JSON.stringify(browser.subscription),
    received: () => server.takenRequests.map(({ bytes }) => JSON.parse(browser.decrypt(bytes)).body as string),
    refuse: () => (server.script = () => ({ status: 429 })),
    stall: () => {
      const { reached, release } = server.hold();
      return { reached, resume: release };
    },
    tearDown: () => server.stop(),
  };
});

describe('web push', () => {
  let rig: Awaited<ReturnType<typeof makeRig>>;
  beforeEach(async () => {
    rig = await makeRig({ ttlSeconds: 60, urgency: 'high', topic: 'news' });
  });
  afterEach(async () => {
    await rig.provider.close();
    await rig.server.stop();
  });
  const send = (overrides: Partial<OutgoingMessage> = {}, browsers = [rig.browser]) => {
    const subscriptions = browsers.map(({ subscription }) => subscription);
    const notice = { subscriptions, url: 'https://example.org/a', icon: null };
    return rig.provider.send(outgoing({ to: '', notice, ...overrides }), () => true);
  };

  it('tells the push service who sends and how long it keeps, and only the browser what it says', async () => {
    expect(await send({ subject: 'Grüße 🎉', body: 'Zwei\nZeilen' })).toEqual({
      outcome: 'sent',
      providerMessageId: '/message/1',
    });
    const [{ headers, bytes, raw }] = rig.server.takenRequests as [(typeof rig.server.takenRequests)[0]];
    expect(headers).toMatchObject({ ttl: '60', urgency: 'high', topic: 'news' });
    expect(raw).not.toContain('Zeilen');
    expect(JSON.parse(rig.browser.decrypt(bytes))).toEqual({
      ...{ title: 'Grüße 🎉', body: 'Zwei\nZeilen', url: 'https://example.org/a', tag: '7.1' },
    });
    expect(() => new Browser('eve', rig.server.origin).decrypt(bytes)).toThrow();
    expect(checkPush(rig.server.seen[0]!, rig.server.origin, publicKey).sub).toBe('mailto:a@example.org');
  });

  it('takes as much as a push service must, and refuses a byte more by itself', async () => {
    const rest = JSON.stringify({ title: 'x', body: '', url: 'https://example.org/a', tag: '7.1' }).length;
    const body = 'b'.repeat(3_993 - rest);
    expect(await send({ subject: 'x', body })).toMatchObject({ outcome: 'sent' });
    expect(rig.server.seen[0]!.bytes.length).toBeLessThanOrEqual(4_096);
    expect(await send({ subject: 'x', body: `${body}b` })).toMatchObject({ outcome: 'rejected', code: 'too_large' });
    expect(rig.server.seen).toHaveLength(1);
  });

  const dead = { outcome: 'rejected', gone: [expect.objectContaining({ keys: expect.anything() })] };
  it.each<[ApiAct, object]>([
    [{ status: 410 }, { ...dead, code: 'http_410_gone' }],
    [{ status: 404 }, { ...dead, code: 'http_404_gone' }],
    [{ status: 413 }, { outcome: 'rejected', code: 'http_413_too_large' }],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { outcome: 'deferred', scope: 'recipient', retryAfterMs: 7_000 },
    ],
    [
      { status: 503, headers: { 'retry-after': '7' } },
      { outcome: 'deferred', scope: 'recipient', retryAfterMs: 7_000 },
    ],
    [{ status: 401 }, { outcome: 'deferred', scope: 'recipient', code: 'http_401' }],
    [{ status: 403 }, { outcome: 'deferred', scope: 'recipient', code: 'http_403' }],
    [
      {
        status: 403,
        body: 'the VAPID credentials do not correspond to the credentials used to create the subscription',
      },
      { outcome: 'rejected', code: 'http_403_other_key' },
    ],
    [{ status: 500 }, { outcome: 'unknown', scope: 'recipient' }],
    ['take_and_close', { outcome: 'unknown', scope: 'recipient' }],
  ])('means with %j what it says', async (act, meaning) => {
    rig.server.script = () => act;
    const result = await send();
    expect(result).toMatchObject(meaning);
    if (!('gone' in meaning)) expect(result).not.toHaveProperty('gone');
  });

  it('goes to every browser of a contact; one that takes it is enough, and the dead are told', async () => {
    const browsers = ['ada', 'bob', 'eve'].map((name) => new Browser(name, rig.server.origin));
    rig.server.script = ({ path }) => ({ status: path === '/send/ada' ? 410 : path === '/send/bob' ? 429 : 201 });
    const gone = [browsers[0]!.subscription];
    expect(await send({}, browsers)).toEqual({ outcome: 'sent', providerMessageId: expect.any(String), gone });
    expect(rig.server.seen).toHaveLength(3);
    rig.server.script = ({ path }) => ({ status: path === '/send/ada' ? 410 : 429 });
    expect(await send({}, browsers)).toMatchObject({ outcome: 'deferred', scope: 'recipient', gone });
  });

  it('writes nothing for a service that is left alone', async () => {
    rig.server.script = () => ({ status: 429, headers: { 'retry-after': '7' } });
    await send();
    const keys = { p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) };
    const notice = { subscriptions: [{ ...rig.browser.subscription, keys }], url: null, icon: null };
    const { retryAfterMs, ...waits } = (await send({ notice })) as { retryAfterMs: number };
    expect(waits).toMatchObject({ outcome: 'deferred', scope: 'provider', code: 'not_started' });
    expect(retryAfterMs).toBeGreaterThan(1_000);
    expect(rig.server.seen).toHaveLength(1);
  });

  it('takes refusals for the account’s own only where twenty messages had no other answer', async () => {
    rig.server.script = () => ({ status: 403 });
    const browsers = Array.from({ length: 25 }, (_, index) => new Browser(String(index), rig.server.origin));
    const recipients = { outcome: 'deferred', scope: 'recipient' };
    expect(await send({}, browsers)).toMatchObject(recipients);
    for (let message = 2; message < 20; message += 1) expect(await send()).toMatchObject(recipients);
    expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'account' });
    rig.server.script = () => accepted;
    await send();
    rig.server.script = () => ({ status: 403 });
    expect(await send()).toMatchObject(recipients);
  });

  it('sends nothing to what is no push service, or has no keys, or is no browser', async () => {
    for (const place of ['https://intranet.example.org', 'https://a.push.apple.com:8443', 'http://push.apple.com', 'x'])
      expect(await send({}, [new Browser('x', place)])).toMatchObject({
        outcome: 'rejected',
        code: 'unknown_push_service',
      });
    const keys = { p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) };
    const notice = { subscriptions: [{ ...rig.browser.subscription, keys }], url: null, icon: null };
    expect(await send({ notice })).toMatchObject({ outcome: 'rejected', code: 'bad_subscription' });
    const device = { ...notice, subscriptions: [{ token: 'device' }] };
    expect(await send({ notice: device })).toMatchObject({ outcome: 'rejected', code: 'no_subscription' });
    expect(rig.server.seen).toEqual([]);
  });
});

describe('what a push service is shown of who sends', () => {
  it('is kept for a thousand of them: whoever subscribes chooses the host', () => {
    const subject = 'mailto:a@example.org';
    const dialect = new WebPushDialect({ subject, publicKey, privateKey });
    const shownAt = (host: number) => {
      const { subscription } = new Browser('ada', `https://${host}.push.apple.com`);
      return (dialect.request(outgoing({ to: '' }), subscription) as HttpRequest).headers.authorization;
    };
    const first = shownAt(0);
    for (let host = 1; host < 1_000; host += 1) shownAt(host);
    expect(shownAt(0)).toBe(first);
    shownAt(1_000);
    expect(shownAt(0)).not.toBe(first);
  });
});
