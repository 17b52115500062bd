import { describe, expect, it } from '@jest/globals';
import { HttpProvider } from '../src/delivery/channels/http/http.provider.js';
import type { OutgoingMessage } from '../src/delivery/channels/provider.js';
import { type ApiAct, ApiServer } from './support/api-server.js';
import { describeProviderContract, outgoing } from './support/provider-contract.js';
import { type Vendor, VENDORS } from './support/vendors.js';

const NOON = new Date('2026-11-22T12:00:00Z');

/** A vendor's server that takes what is as documented, and a provider that sends there. */
async function rigOf(vendor: Vendor, timeoutMs = 2_000) {
  const server = await ApiServer.start();
  server.script = (request) => {
    vendor.read(request);
    return vendor.accept;
  };
  const options = { name: 'account', allowPrivate: true, now: () => NOON, timeoutMs };
  const provider = new HttpProvider(vendor.dialect(server.origin), options);
  const send = (overrides: Partial<OutgoingMessage> = {}) =>
    provider.send(outgoing({ to: vendor.to, ...overrides }), () => true);
  const close = () => provider.close().then(() => server.stop());
  return { server, provider, send, close };
}

describe.each(Object.entries(VENDORS))('%s', (name, vendor) => {
  describeProviderContract(name, async () => {
    const { server, provider } = await rigOf(vendor);
    return {
      provider,
      to: vendor.to,
      received: () => server.takenRequests.map((request) => vendor.read(request).text),
      refuse: () => (server.script = () => ({ status: 429 })),
      refusalScope: 'provider',
      stall: () => {
        const { reached, release } = server.hold();
        return { reached, resume: release };
      },
      tearDown: () => server.stop(),
    };
  });

  it('takes names, subjects and bodies in any script, and tells its id of the message', async () => {
    const { server, send, close } = await rigOf(vendor);
    const body = 'Grüße 🎉\nzweite Zeile "mit" <Zeichen>';
    const result = await send({ body, subject: 'Ünïcödé', toName: 'Zoë, "Z" Å', format: 'text' });
    expect(result).toEqual({ outcome: 'sent', providerMessageId: vendor.acceptedAs });
    expect(vendor.read(server.seen[0]!)).toMatchObject({ to: vendor.to, text: body });
    await close();
  });

  it('is called below the path of its endpoint, and nowhere else at its host', async () => {
    const { server, close } = await rigOf(vendor);
    server.script = (request) => {
      vendor.read({ ...request, path: request.path.replace(/^\/proxy(?=\/)/, '') });
      return vendor.accept;
    };
    const options = { name: 'account', allowPrivate: true, now: () => NOON };
    for (const endpoint of [`${server.origin}/proxy`, `${server.origin}/proxy/`]) {
      const provider = new HttpProvider(vendor.dialect(endpoint), options);
      expect(await provider.send(outgoing({ to: vendor.to }), () => true)).toMatchObject({ outcome: 'sent' });
      server.script = () => ({ status: 200, body: '{}' });
      await provider.check();
      await provider.close();
      server.script = () => vendor.accept;
    }
    expect(server.seen.filter(({ path }) => !path.startsWith('/proxy/'))).toEqual([]);
    expect(server.seen).toHaveLength(4);
    await close();
  });

  it.each(vendor.answers)('means with %j what it says', async (act, meaning) => {
    const { server, send, close } = await rigOf(vendor);
    server.script = () => act;
    expect(await send()).toMatchObject(meaning);
    await close();
  });

  it('is not believed where its answer fails, breaks off, comes late or not at all', async () => {
    const doubt = vendor.idempotent ? { outcome: 'deferred', doubtful: true } : { outcome: 'unknown' };
    const asked = { 'retry-after': '7' };
    const waits = { outcome: 'deferred', scope: 'provider', retryAfterMs: 7_000 };
    const rows: [ApiAct, object][] = [
      [{ status: 429, headers: asked }, waits],
      [{ status: 503, headers: asked }, waits],
      [{ status: 401 }, { outcome: 'deferred', scope: 'account' }],
      [{ status: 500 }, doubt],
      [{ status: 502 }, doubt],
      ['take_and_close', doubt],
      ['take_and_break_off', doubt],
      ['take_and_hang', doubt],
    ];
    const { server, send, close } = await rigOf(vendor, 300);
    for (const [act, meaning] of rows) {
      server.script = () => act;
      expect([act, await send()]).toMatchObject([act, meaning]);
    }
    await close();
    const nobody = new HttpProvider(vendor.dialect('http://127.0.0.1:1'), {
      ...{ name: 'account', allowPrivate: true, now: () => NOON },
    });
    const result = await nobody.send(outgoing({ to: vendor.to }), () => true);
    expect(result).toMatchObject({ outcome: 'deferred', scope: 'provider', code: 'http_connect' });
    expect(result).not.toHaveProperty('doubtful');
    await nobody.close();
  });
});

describe('an email address that no API takes', () => {
  it('is rejected before anything leaves', async () => {
    for (const vendor of Object.values(VENDORS).filter(({ to }) => to.includes('@'))) {
      const { server, send, close } = await rigOf(vendor);
      for (const to of ['ada', 'a b@example.org', 'ädä@example.org', 'a@example.org, b@example.org'])
        expect(await send({ to })).toMatchObject({ outcome: 'rejected', code: 'bad_address' });
      expect(server.seen).toEqual([]);
      await close();
    }
  });
});
