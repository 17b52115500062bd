import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import webPush from 'web-push';
import { DoctorService } from '../src/commands/doctor/doctor.service.js';
import { HttpProvider } from '../src/delivery/channels/http/http.provider.js';
import { FcmDialect } from '../src/delivery/channels/push/fcm.dialect.js';
import { PushProvider } from '../src/delivery/channels/push/push.provider.js';
import { serviceAccountOf } from '../src/delivery/channels/push/service-account.js';
import { SmtpProvider } from '../src/delivery/channels/email/smtp.provider.js';
import { type ApiAct, type ApiRequest, ApiServer } from './support/api-server.js';
import { startApp, type TestApp } from './support/app.js';
import { FcmServer } from './support/fcm-server.js';
import { SmtpSink } from './support/smtp-sink.js';
import { VENDORS } from './support/vendors.js';

/** A busy machine answers within this; what is hung is given up earlier. */
const PATIENCE_MS = 10_000;
const HUNG_MS = 300;
const patienceWith = (act: ApiAct) => (act === 'take_and_hang' ? HUNG_MS : PATIENCE_MS);
const now = () => new Date('2026-11-22T12:00:00Z');
const basic = (words: string) => `Basic ${Buffer.from(words).toString('base64')}`;
const told = (status: number, body: object): ApiAct => ({ status, body: JSON.stringify(body) });

interface Asked {
  path: string;
  /** What shows who asks. */
  by(request: ApiRequest): boolean;
  /** Answers besides, and what they mean. */
  means: [ApiAct, string][];
}

/** What each vendor documents as a question that changes nothing. */
const QUESTIONS: Record<string, Asked> = {
  ses: {
    path: '/v2/email/account',
    by: ({ headers }) => /^AWS4-HMAC-SHA256 .*SignedHeaders=host;x-amz-date/.test(headers.authorization!),
    means: [
      [told(200, { SendingEnabled: true, ProductionAccessEnabled: true }), 'ok'],
      [told(200, { SendingEnabled: false, ProductionAccessEnabled: true }), 'refused'],
      [told(200, { SendingEnabled: true, ProductionAccessEnabled: false }), 'unclear'],
      [{ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' }, 'unclear'],
      [{ status: 403, headers: { 'x-amzn-errortype': 'SignatureDoesNotMatch' }, body: '{}' }, 'refused'],
    ],
  },
  sendgrid: {
    path: '/v3/scopes',
    by: ({ headers }) => /^Bearer ./.test(headers.authorization!),
    means: [
      [told(200, { scopes: ['mail.send', 'alerts.read'] }), 'ok'],
      [told(200, { scopes: ['alerts.read'] }), 'refused'],
    ],
  },
  mailgun: {
    path: '/v3/domains/mg.example.org',
    by: ({ headers }) => headers.authorization === basic('api:key-1'),
    means: [
      [told(200, { domain: { state: 'active' } }), 'ok'],
      [told(200, { domain: { state: 'unverified' } }), 'refused'],
    ],
  },
  postmark: { path: '/server', by: ({ headers }) => headers['x-postmark-server-token'] === 'pm-token', means: [] },
  resend: {
    path: '/domains',
    by: ({ headers }) => headers.authorization === 'Bearer re_key',
    means: [[told(401, { name: 'restricted_api_key' }), 'ok']],
  },
  twilio: {
    path: '/2010-04-01/Accounts/AC1.json',
    by: ({ headers }) => headers.authorization === basic('AC1:token'),
    means: [
      [told(200, { status: 'active' }), 'ok'],
      [told(200, { status: 'suspended' }), 'refused'],
    ],
  },
  vonage: { path: '/account/get-balance?api_key=vk&api_secret=vs', by: () => true, means: [] },
};

describe.each(Object.entries(VENDORS))('an account at %s', (name, vendor) => {
  const question = QUESTIONS[name]!;
  let server: ApiServer;
  beforeAll(async () => {
    server = await ApiServer.start();
  });
  afterAll(() => server.stop());

  const check = async (endpoint = server.origin, timeoutMs = PATIENCE_MS) => {
    const provider = new HttpProvider(vendor.dialect(endpoint), {
      ...{ name: 'account', allowPrivate: true, now, timeoutMs },
    });
    return provider.check().finally(() => provider.close());
  };

  it('is asked for as documented, and told apart from one that is refused, hung or not there', async () => {
    server.script = (request) => {
      const right = request.method === 'GET' && request.path === question.path && question.by(request);
      return right ? { status: 200, body: '{}' } : { status: 418, body: request.path };
    };
    expect(await check()).toEqual({ verdict: 'ok', detail: 'it knows the account' });
    for (const [act, verdict] of [
      [told(401, { message: 'Unauthorized' }), 'refused'],
      [told(429, {}), 'busy'],
      [told(503, {}), 'busy'],
      ['take_and_hang', 'unreachable'],
      ['take_and_close', 'unreachable'],
      ...question.means,
    ] as [ApiAct, string][]) {
      server.script = () => act;
      expect([act, await check(server.origin, patienceWith(act))]).toMatchObject([act, { verdict }]);
    }
    expect(await check('http://127.0.0.1:1')).toMatchObject({ verdict: 'unreachable' });
    expect(server.seen.every(({ method, raw }) => method === 'GET' && raw === '')).toBe(true);
  });
});

describe('an account at FCM', () => {
  it('is known when it gets a token', async () => {
    const server = await FcmServer.start(now);
    const serviceAccount = serviceAccountOf(server.serviceAccount);
    const check = async (timeoutMs = PATIENCE_MS) => {
      const dialect = new FcmDialect({ serviceAccount });
      const provider = new PushProvider(dialect, { name: 'fcm', allowPrivate: true, now, timeoutMs });
      return provider.check().finally(() => provider.close());
    };
    expect(await check()).toMatchObject({ verdict: 'ok' });
    for (const [act, verdict] of [
      [told(400, { error: 'invalid_grant' }), 'refused'],
      [told(503, {}), 'unreachable'],
      ['take_and_hang', 'unreachable'],
    ] as [ApiAct, string][]) {
      server.tokenScript = () => act;
      expect([act, await check(patienceWith(act))]).toMatchObject([act, { verdict }]);
    }
    expect(server.messages).toEqual([]);
    await server.api.stop();
    expect(await check()).toMatchObject({ verdict: 'unreachable' });
  });
});

describe('an account at an SMTP server', () => {
  const credentials = { user: 'bell@example.com', pass: 'right' };
  let sink: SmtpSink | undefined;
  afterEach(() => sink?.stop());
  const check = (url: string, ms = PATIENCE_MS) => {
    const timeouts = { connectMs: ms, greetingMs: ms, commandMs: ms, answerMs: ms };
    const provider = new SmtpProvider({ url, from: 'bell@example.com', timeouts });
    return provider.check().finally(() => provider.close());
  };

  it('is known when it may log in, and is sent nothing', async () => {
    sink = await SmtpSink.start({ tls: 'starttls', credentials });
    expect(await check(sink.url)).toEqual({ verdict: 'ok', detail: expect.any(String) });
    expect(sink.commands).toEqual(['EHLO', 'STARTTLS', 'EHLO', 'AUTH', 'QUIT']);
    const wrong = await check(sink.url.replace('right', 'wrong'));
    expect(wrong.verdict).toBe('refused');
    expect(wrong.detail).not.toContain('wrong');
    expect(await check(sink.url.replace(/\?.*/, ''))).toMatchObject({ verdict: 'unreachable' });
  });

  it('is not reachable where nobody listens, or says nothing', async () => {
    expect(await check('smtp://127.0.0.1:1')).toMatchObject({ verdict: 'unreachable' });
    const silent = await ApiServer.start();
    expect(await check(silent.origin.replace('http', 'smtp'), HUNG_MS)).toMatchObject({ verdict: 'unreachable' });
    await silent.stop();
  });
});

describe('the doctor', () => {
  let app: TestApp;
  let server: ApiServer;
  beforeAll(async () => {
    server = await ApiServer.start();
    app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
  });
  afterAll(() => app.close().then(() => server.stop()));

  const finding = async (name: string) => {
    const found = await app.app.get(DoctorService).examine(() => undefined);
    return found.find((each) => each.name.startsWith(`provider ${name} `))!;
  };

  it('asks for each account that is configured, and never shows a secret', async () => {
    const settings = { from: 'News <news@example.org>', endpoint: server.origin };
    const account = {
      name: 'mark',
      channel: 'email',
      kind: 'postmark',
      settings,
      secrets: { server_token: 'pm-secret' },
    };
    const { body, status } = await app.request('POST', '/providers', account);
    expect(status).toBe(201);
    expect(await finding('mark')).toMatchObject({ state: 'ok', detail: 'ready; it knows the account' });
    server.script = () => told(401, { Message: 'pm-secret is no token' });
    expect(await finding('mark')).toMatchObject({ state: 'wrong', detail: expect.stringContaining('*** is no token') });
    server.script = () => told(503, {});
    expect((await finding('mark')).state).toBe('caution');
    const nowhere = { ...settings, endpoint: 'http://127.0.0.1:1' };
    await app.request('PATCH', `/providers/${body.id}`, { settings: nowhere, secrets: account.secrets });
    expect((await finding('mark')).state).toBe('wrong');
    await app.request('PATCH', `/providers/${body.id}`, { enabled: false });
    expect(await finding('mark')).toMatchObject({ state: 'ok', detail: 'switched off' });
  });

  it('says of a Web Push account only that its keys belong together', async () => {
    const { publicKey, privateKey } = webPush.generateVAPIDKeys();
    const settings = { subject: 'mailto:ops@example.org', public_key: publicKey };
    const account = { name: 'web', channel: 'push', kind: 'web_push', settings, secrets: { private_key: privateKey } };
    expect((await app.request('POST', '/providers', account)).status).toBe(201);
    expect(await finding('web')).toMatchObject({ state: 'ok', detail: expect.stringContaining('belong together') });
  });
});
