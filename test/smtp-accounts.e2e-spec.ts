import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { dial } from '../src/delivery/channels/email/smtp-dial.js';
import { SMTP_TIMEOUTS } from '../src/delivery/channels/email/smtp-timeouts.js';
import { parseSmtpUrl } from '../src/delivery/channels/email/smtp-url.js';
import { startApp, type TestApp } from './support/app.js';
import { SmtpSink } from './support/smtp-sink.js';

const HOSTS = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '2130706433', '0x7f.1', 'localhost'];

let sink: SmtpSink;
beforeAll(async () => void (sink = await SmtpSink.start()));
afterAll(() => sink.stop());

/** What a test through an SMTP account at that host comes to. */
async function testAt(app: TestApp, host: string) {
  const name = `at-${host.replaceAll(/\W/g, '-')}`;
  const settings = { host, port: sink.port, from: 'news@example.org' };
  const made = await app.request('POST', '/providers', { name, channel: 'email', kind: 'smtp', settings });
  expect([made.status, made.body]).toEqual([201, expect.anything()]);
  return (await app.request('POST', `/providers/${made.body.id}/test`, { to: 'ada@example.org' })).body;
}

describe('an SMTP account', () => {
  let guarded: TestApp;
  beforeAll(async () => void (guarded = await startApp()));
  afterAll(() => guarded.close());

  it('does not lead into our own network, by an address, by its other spellings or by a name', async () => {
    for (const host of HOSTS) {
      const answer = await testAt(guarded, host);
      expect(answer).toMatchObject({ outcome: 'deferred', scope: 'account', code: 'private_address' });
      expect(answer.response).toContain('ALLOW_PRIVATE_NETWORKS');
    }
    expect(sink.connections).toBe(0);
  });

  it('whose host nobody knows is told apart from one that is not allowed', async () => {
    expect(await testAt(guarded, 'nobody.invalid')).toMatchObject({ scope: 'provider', code: 'smtp_dns' });
  });
});

it('with ALLOW_PRIVATE_NETWORKS an account may be at home', async () => {
  const app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
  expect(await testAt(app, '127.0.0.1')).toMatchObject({ outcome: 'sent' });
  await app.close();
});

it.each(['starttls', 'implicit'] as const)('a line that is open already is encrypted and used (%s)', async (tls) => {
  const safe = await SmtpSink.start({ tls, credentials: { user: 'bell', pass: 'tower' } });
  const line = connect(safe.port, '127.0.0.1');
  await once(line, 'connect');
  const dialled = await dial(parseSmtpUrl(safe.url), SMTP_TIMEOUTS, new AbortController().signal, line);
  expect(dialled).toHaveProperty('session');
  expect(safe.commands).toEqual([...(tls === 'starttls' ? ['EHLO', 'STARTTLS'] : []), 'EHLO', 'AUTH']);
  if ('session' in dialled) await dialled.session.quit();
  await safe.stop();
});
