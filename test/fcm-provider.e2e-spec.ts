import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FcmDialect } from '../src/delivery/channels/push/fcm.dialect.js';
import { PushProvider } from '../src/delivery/channels/push/push.provider.js';
import { serviceAccountOf } from '../src/delivery/channels/push/service-account.js';
import type { ApiAct } from './support/api-server.js';
import { FcmServer, fcmError } from './support/fcm-server.js';
import { ManualClock } from './support/manual-clock.js';
import { describeProviderContract, outgoing } from './support/provider-contract.js';

async function makeRig() {
  const clock = new ManualClock();
  const server = await FcmServer.start(() => clock.now());
  const serviceAccount = serviceAccountOf(server.serviceAccount);
  const dialect = new FcmDialect({ serviceAccount, endpoint: server.api.origin, ttlSeconds: 60 });
  const options = { name: 'account', allowPrivate: true, timeoutMs: 2_000, now: () => clock.now() };
  return { clock, server, provider: new PushProvider(dialect, options) };
}

describeProviderContract('fcm', async () => {
  const { server, provider } = await makeRig();
  return {
    provider,
    to: 'device-token',
    received: () => server.messages.map(({ notification }) => notification.body),
    refuse: () => (server.messageScript = () => fcmError(429, 'QUOTA_EXCEEDED')),
    refusalScope: 'provider',
    stall: () => {
      const { reached, release } = server.api.hold();
      return { reached, resume: release };
    },
    tearDown: () => server.api.stop(),
  };
});

describe('fcm', () => {
  let rig: Awaited<ReturnType<typeof makeRig>>;
  beforeEach(async () => {
    rig = await makeRig();
  });
  afterEach(async () => {
    await rig.provider.close();
    await rig.server.api.stop();
  });
  const send = (tokens = ['one'], more: object = {}) => {
    const subscriptions = tokens.map((token) => ({ token, platform: 'android' }));
    const notice = { subscriptions, url: 'https://example.org/a', icon: 'https://example.org/i.png' };
    return rig.provider.send(outgoing({ notice, ...more }), () => true);
  };

  it('says what to show, what a click opens, and how long it is kept', async () => {
    const result = await send();
    expect(result).toEqual({
      outcome: 'sent',
      providerMessageId: expect.stringMatching(/^projects\/example\/messages\//),
    });
    expect(rig.server.messages).toEqual([
      expect.objectContaining({
        token: 'one',
        notification: { title: 'The bell', body: 'Message for contact 1' },
        data: { url: 'https://example.org/a', icon: 'https://example.org/i.png' },
        android: { ttl: '60s', priority: 'normal', notification: { tag: '7.1' } },
        webpush: expect.objectContaining({ fcm_options: { link: 'https://example.org/a' } }),
      }),
    ]);
  });

  it('calls what is below the path of its endpoint', () => {
    const { serviceAccount } = rig.server;
    const endpoint = 'https://proxy.example.org/google/';
    const dialect = new FcmDialect({ serviceAccount: serviceAccountOf(serviceAccount), endpoint });
    expect(dialect.request(outgoing(), { token: 'one' })).toMatchObject({
      url: new URL(`https://proxy.example.org/google/v1/projects/${serviceAccount.project_id}/messages:send`),
    });
  });

  it('asks for one token, however many messages need it, and for another before it ends', async () => {
    await Promise.all([send(), send(['two', 'three']), send(['four'])]);
    expect(rig.server.asked).toBe(1);
    rig.clock.advance(54 * 60_000);
    await send();
    expect(rig.server.asked).toBe(1);
    rig.clock.advance(60_000);
    expect(await send()).toMatchObject({ outcome: 'sent' });
    expect(rig.server.asked).toBe(2);
  });

  it.each<[ApiAct, object]>([
    [
      { status: 400, body: '{"error":"invalid_grant"}' },
      { scope: 'account', code: 'http_400_token' },
    ],
    [{ status: 503 }, { scope: 'provider', code: 'http_503_token' }],
    [{ status: 200, body: 'nothing of the kind' }, { scope: 'account' }],
    ['take_and_close', { scope: 'provider' }],
  ])('sends nothing without a token, as when the answer is %j, and nobody is in doubt', async (act, meaning) => {
    rig.server.tokenScript = () => act;
    const result = await send();
    expect(result).toMatchObject({ outcome: 'deferred', ...meaning });
    expect(result).not.toHaveProperty('doubtful');
    rig.server.tokenScript = null;
    expect(await send()).toMatchObject({ outcome: 'sent' });
  });

  const gone = [{ token: 'one', platform: 'android' }];
  const NO_TOKEN = 'The registration token is not a valid FCM registration token';
  it.each<[ApiAct, object]>([
    [fcmError(404, 'UNREGISTERED'), { outcome: 'rejected', code: 'http_404_unregistered', gone }],
    [fcmError(403, 'SENDER_ID_MISMATCH'), { outcome: 'rejected', gone }],
    [fcmError(400, 'INVALID_ARGUMENT', {}, undefined, NO_TOKEN), { outcome: 'rejected', gone }],
    [fcmError(400, 'INVALID_ARGUMENT', {}, 'message.token'), { outcome: 'rejected', gone }],
    [fcmError(400, 'INVALID_ARGUMENT', {}, undefined, 'Android message is too big'), { outcome: 'rejected' }],
    [fcmError(400, 'INVALID_ARGUMENT', {}, 'message.data'), { outcome: 'rejected', code: 'http_400_invalid_argument' }],
    [fcmError(400, null, {}, 'message.data'), { outcome: 'rejected', code: 'http_400' }],
    [
      fcmError(429, 'QUOTA_EXCEEDED', { 'retry-after': '70' }),
      { outcome: 'deferred', scope: 'provider', retryAfterMs: 70_000 },
    ],
    [fcmError(503, 'UNAVAILABLE'), { outcome: 'deferred', scope: 'provider' }],
    [fcmError(401, 'THIRD_PARTY_AUTH_ERROR'), { outcome: 'deferred', scope: 'account' }],
    [fcmError(404, null), { outcome: 'deferred', scope: 'account' }],
    [fcmError(500, 'INTERNAL'), { outcome: 'unknown' }],
    [{ status: 200, body: '' }, { outcome: 'sent' }],
    ['take_and_close', { outcome: 'unknown' }],
  ])('means with %j what it says', async (act, meaning) => {
    rig.server.messageScript = null;
    await send();
    rig.server.messageScript = () => act;
    const result = await send();
    expect(result).toMatchObject(meaning);
    if (!('gone' in meaning)) expect(result).not.toHaveProperty('gone');
  });

  it('takes no token for dead as a stranger of the account while none was good', async () => {
    rig.server.messageScript = () => fcmError(403, 'SENDER_ID_MISMATCH');
    const result = await send();
    expect(result).toMatchObject({ outcome: 'rejected', code: 'http_403_sender_id_mismatch' });
    expect(result).not.toHaveProperty('gone');
  });

  it('asks for another token where one is refused, for the next message', async () => {
    await send();
    rig.server.messageScript = () => fcmError(401, 'UNAUTHENTICATED');
    expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'account' });
    rig.server.messageScript = null;
    expect(await send()).toMatchObject({ outcome: 'sent' });
    expect(rig.server.asked).toBe(2);
  });

  it('refuses by itself what is too large, and has nothing to say to browsers', async () => {
    expect(await send(['one'], { body: 'b'.repeat(4_000) })).toMatchObject({ outcome: 'rejected', code: 'too_large' });
    const notice = { subscriptions: [{ endpoint: 'https://push.example.org/x' }], url: null, icon: null };
    expect(await send([], { notice })).toMatchObject({ outcome: 'rejected', code: 'no_subscription' });
    expect(rig.server.messages).toEqual([]);
  });

  it('is made only with a key that is one', () => {
    const { serviceAccount } = rig.server;
    expect(() => serviceAccountOf({ ...serviceAccount, private_key: 'x' })).toThrow('is no RSA key');
    expect(() => serviceAccountOf({ ...serviceAccount, project_id: undefined })).toThrow('has no project_id');
    expect(() => serviceAccountOf({ ...serviceAccount, token_uri: 'x' })).toThrow('is no URL');
  });
});
