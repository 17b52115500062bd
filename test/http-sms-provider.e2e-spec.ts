import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AddressInfo, createServer } from 'node:net';
import { HttpSmsProvider, type HttpSmsOptions } from '../src/delivery/channels/http/http-sms.provider.js';
import type { OutgoingMessage, SendResult } from '../src/delivery/channels/provider.js';
import { describeProviderContract, outgoing } from './support/provider-contract.js';
import { type ApiAct, ApiServer } from './support/api-server.js';

const NOON = new Date('2026-11-22T12:00:00Z');
const options = { allowPrivate: true, now: () => NOON, timeoutMs: 2_000 };

describeProviderContract('sms over HTTP', async () => {
  const server = await ApiServer.start();
  return {
    provider: new HttpSmsProvider({ ...options, url: server.url, idempotent: true }),
    to: '+15550100',
    received: () => server.texts(),
    refuse: () => (server.script = () => ({ status: 500 })),
    stall: () => {
      const { reached, release } = server.hold();
      return { reached, resume: release };
    },
    tearDown: () => server.stop(),
  };
});

let server: ApiServer;
let provider: HttpSmsProvider;
beforeEach(async () => {
  server = await ApiServer.start();
  provider = new HttpSmsProvider({ ...options, url: server.url });
});
afterEach(async () => {
  await provider.close();
  await server.stop();
});

/** Replaces the provider by one that is configured otherwise. */
async function reconfigure(overrides: Partial<HttpSmsOptions>): Promise<void> {
  await provider.close();
  provider = new HttpSmsProvider({ ...options, url: server.url, ...overrides });
}
const send = (overrides: Partial<OutgoingMessage> = {}): Promise<SendResult> =>
  provider.send(outgoing({ to: '+15550100', body: 'Hello', ...overrides }), () => true);

describe('a request', () => {
  it('is a JSON object of the message, with the headers and the sender of the configuration', async () => {
    await reconfigure({ headers: '{"Authorization":"Bearer k"}', from: 'Bell & Co' });
    await send({ body: 'Say "hi"\n{{ to }} 🎉' });
    expect(JSON.parse(server.seen[0]!.raw)).toEqual({
      ...{ to: '+15550100', from: 'Bell & Co', text: 'Say "hi"\n{{ to }} 🎉', id: '7.1' },
    });
    const { headers } = server.seen[0]!;
    expect(headers).toMatchObject({ authorization: 'Bearer k', 'content-type': 'application/json' });
    expect(headers).not.toHaveProperty('idempotency-key');
  });

  it('can be a form', async () => {
    const headers = '{"content-type":"application/x-www-form-urlencoded"}';
    await reconfigure({ headers, body: 'To={{ to }}&Body={{ text }}' });
    await send({ body: 'a&To=b c' });
    expect([...new URLSearchParams(server.seen[0]!.raw)]).toEqual([
      ['To', '+15550100'],
      ['Body', 'a&To=b c'],
    ]);
  });

  it('carries the same key at every try where the provider honours keys', async () => {
    await reconfigure({ idempotent: true });
    await send({ attempt: 1 });
    await send({ attempt: 2 });
    await send({ contactId: 2 });
    expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['7.1', '7.1', '7.2']);
    expect(server.taken).toHaveLength(2);
  });
});

describe('an answer', () => {
  const asked = { 'retry-after': '5' };
  const rows: [ApiAct, object, object][] = [
    [{ status: 202, body: '{"message_id":7}' }, { outcome: 'sent', providerMessageId: '7' }, { outcome: 'sent' }],
    [{ status: 200, body: 'OK' }, { outcome: 'sent', providerMessageId: null }, { outcome: 'sent' }],
    [
      { status: 400, body: 'bad number' },
      { outcome: 'rejected', code: 'http_400', response: 'bad number' },
      { outcome: 'rejected' },
    ],
    [{ status: 401 }, { outcome: 'deferred', scope: 'account', code: 'http_401' }, { scope: 'account' }],
    [
      { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      { scope: 'account', code: 'http_307' },
      { scope: 'account' },
    ],
    [{ status: 429, headers: asked }, { scope: 'provider', retryAfterMs: 5_000 }, { retryAfterMs: 5_000 }],
    [{ status: 503, headers: asked }, { scope: 'provider', retryAfterMs: 5_000 }, { retryAfterMs: 5_000 }],
    [
      { status: 500, takes: true },
      { outcome: 'unknown', code: 'http_500' },
      { outcome: 'deferred', scope: 'recipient' },
    ],
    [{ status: 502 }, { outcome: 'unknown', code: 'http_502' }, { outcome: 'deferred', scope: 'provider' }],
    ['take_and_close', { outcome: 'unknown', code: 'http_no_answer' }, { outcome: 'deferred', scope: 'provider' }],
    ['take_and_break_off', { outcome: 'unknown', code: 'http_no_answer' }, { outcome: 'deferred', scope: 'provider' }],
    ['take_and_hang', { outcome: 'unknown', code: 'http_timeout' }, { outcome: 'deferred', scope: 'provider' }],
  ];

  it.each(rows)('%j means %j, and with keys %j', async (act, plain, keyed) => {
    server.script = () => act;
    await reconfigure({ timeoutMs: 300 });
    expect(await send()).toMatchObject(plain);
    await reconfigure({ timeoutMs: 300, idempotent: true });
    expect(await send()).toMatchObject(keyed);
    expect(server.seen).toHaveLength(2);
  });

  it('of a megabyte is read only as far as it matters', async () => {
    server.script = () => ({ status: 200, body: `{"id":"x","more":"${'y'.repeat(1_000_000)}"}` });
    expect(await send()).toEqual({ outcome: 'sent', providerMessageId: null });
    server.script = () => ({ status: 200 });
    expect(await send()).toMatchObject({ outcome: 'sent', providerMessageId: 'sms-2' });
  });
});

describe('a request that does not leave', () => {
  it('was surely not taken, whatever kept it: nobody there, no such name, no TLS over there', async () => {
    const mute = createServer((socket) => socket.end('no TLS here\r\n'));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const cases = [
      ['http://127.0.0.1:1/', 'http_connect'],
      ['http://nobody.invalid/', 'http_dns'],
      [`https://127.0.0.1:${port}/`, 'http_tls'],
    ] as const;
    for (const [url, code] of cases) {
      await reconfigure({ url });
      expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'provider', code });
    }
    mute.close();
  });

  it('is not led into our own network, by an address, by its other spellings or by a name', async () => {
    const { port } = new URL(server.url);
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost']) {
      await reconfigure({ url: `http://${host}:${port}/`, allowPrivate: false });
      expect(await send()).toMatchObject({ outcome: 'deferred', scope: 'account', code: 'private_address' });
    }
    expect(server.connections).toBe(0);
  });

  it('asks for permission only when its turn has come', async () => {
    await reconfigure({ maxConnections: 1 });
    const { reached, release } = server.hold();
    let allowed = true;
    const first = send();
    const second = provider.send(outgoing({ to: '+15550100', contactId: 2 }), () => allowed);
    await reached;
    allowed = false;
    release();
    expect([await first, await second]).toMatchObject([{ outcome: 'sent' }, { code: 'not_started' }]);
    expect(server.seen).toHaveLength(1);
  });
});

describe('a configuration that cannot work', () => {
  it.each([
    [{ body: '{{ to | nonsense }}' }, 'SMS_HTTP_BODY'],
    [{ body: '{{ phone }}' }, 'SMS_HTTP_BODY'],
    [{ body: '{"text":{{ text }}}' }, 'does not make JSON'],
    [{ body: '{{ text', headers: '{"content-type":"application/x-www-form-urlencoded"}' }, 'SMS_HTTP_BODY'],
    [{ headers: 'authorization: x' }, 'SMS_HTTP_HEADERS is not JSON'],
    [{ headers: '["a"]' }, 'must be a JSON object'],
    [{ headers: '{"a b":"c"}' }, '"a b" cannot be set'],
    [{ headers: '{"Host":"c"}' }, '"Host" cannot be set'],
    [{ headers: '{"x":"a\\r\\nb: c"}' }, 'the value of x'],
    [{ headers: '{"content-type":"text/xml"}' }, 'text/xml'],
  ])('%j is refused with its name', (overrides, words) => {
    expect(() => new HttpSmsProvider({ ...options, url: 'http://x.example/', ...overrides })).toThrow(words);
  });
});
