import { afterEach, describe, expect, it } from '@jest/globals';
import { SmtpProvider, type SmtpProviderOptions } from '../src/delivery/channels/email/smtp.provider.js';
import type { SendResult } from '../src/delivery/channels/provider.js';
import { outgoing } from './support/provider-contract.js';
import { SmtpSink, type SinkOptions } from './support/smtp-sink.js';

const timeouts = { connectMs: 2_000, greetingMs: 2_000, commandMs: 2_000, answerMs: 2_000, idleMs: 10_000 };
const from = 'bell@example.com';

let sink: SmtpSink;
let provider: SmtpProvider;

async function set(sinkOptions: SinkOptions = {}, options: Partial<SmtpProviderOptions> = {}): Promise<void> {
  sink = await SmtpSink.start(sinkOptions);
  provider = new SmtpProvider({ url: sink.url, from, timeouts, ...options });
}
const send = (): Promise<SendResult> => provider.send(outgoing(), () => true);

afterEach(async () => {
  await provider.close();
  await sink.stop();
});

describe('encryption and login', () => {
  const credentials = { user: 'bell@example.com', pass: 'p@ss:w%rd/ü' };

  it.each(['starttls', 'implicit'] as const)('works with %s and a password', async (tls) => {
    await set({ tls, credentials });
    expect(await send()).toMatchObject({ outcome: 'sent' });
    expect(sink.commands.includes('STARTTLS')).toBe(tls === 'starttls');
    expect(sink.commands).toContain('AUTH');
  });

  it.each(['starttls', 'implicit'] as const)('lets one message follow another (%s)', async (tls) => {
    await set({ tls, credentials }, { maxConnections: 1 });
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
    const results = await Promise.all(numbers.map((contactId) => provider.send(outgoing({ contactId }), () => true)));
    expect(results).toMatchObject(numbers.map(() => ({ outcome: 'sent' })));
    expect(sink.accepted.map(({ body }) => body)).toEqual(numbers.map((n) => `Message for contact ${n}`));
    expect(sink.connections).toBe(1);
  });

  it.each(['starttls', 'implicit'] as const)('trusts no unknown certificate (%s)', async (tls) => {
    await set({ tls });
    const strict = new SmtpProvider({ url: sink.url.replace(/\?.*/, ''), from, timeouts });
    const result = await strict.send(outgoing(), () => true);
    expect(result).toMatchObject({ outcome: 'deferred', scope: 'provider', code: 'smtp_tls' });
    await strict.close();
  });

  it('sends nothing in the clear when it is required', async () => {
    await set();
    const careful = new SmtpProvider({ url: `${sink.url}?tls=required`, from, timeouts });
    expect(await careful.send(outgoing(), () => true)).toMatchObject({ scope: 'provider', code: 'smtp_500' });
    await careful.close();
    expect(sink.commands).not.toContain('MAIL');
  });

  it('blames the account for a wrong password, once for all who wait', async () => {
    await set({ credentials }, { maxConnections: 2 });
    const wrong = new SmtpProvider({ url: sink.url.replace('bell', 'tower'), from, timeouts, maxConnections: 2 });
    const results = await Promise.all([1, 2, 3].map((contactId) => wrong.send(outgoing({ contactId }), () => true)));
    const refused = { outcome: 'deferred', scope: 'account', code: 'smtp_535', enhancedCode: '5.7.8' };
    expect(results).toEqual(results.map(() => expect.objectContaining(refused)));
    expect(sink.connections).toBe(2);
    expect(JSON.stringify(results)).not.toContain('p@ss');
    await wrong.close();
  });

  it('keeps its password from a server that never asked', async () => {
    await set();
    const eager = new SmtpProvider({ url: sink.url.replace('//', '//user:secret@'), from, timeouts });
    expect(await eager.send(outgoing(), () => true)).toMatchObject({ scope: 'account', code: 'smtp_auth' });
    await eager.close();
    expect(sink.commands).not.toContain('AUTH');
  });

  it('blames the server when it loses the connection during login', async () => {
    await set({ credentials });
    sink.script = (stage) => (stage === 'auth' ? 'close' : undefined);
    expect(await send()).toMatchObject({ scope: 'provider', code: 'smtp_connection_lost' });
  });
});
