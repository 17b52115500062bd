import { expect, it } from '@jest/globals';
import { parseConfig } from '../../platform/config.js';
import { keepSecretsOf } from '../../platform/redaction.js';
import { configuredProviders } from './configured-providers.js';
import type { OutgoingMessage, Provider, SendResult } from './provider.js';
import type { ProviderGround } from './provider-ground.js';
import { RedactedProvider } from './redacted.provider.js';

const config = parseConfig({
  SMTP_URL: 'smtp://bell:open%2Fsesame@127.0.0.1:1',
  SMS_HTTP_URL: 'https://sms.example/',
  SMS_HTTP_HEADERS: '{"authorization":"Bearer token-of-the-api"}',
});

it.each(['open/sesame', 'open%2Fsesame', 'token-of-the-api', Buffer.from('\0bell\0open/sesame').toString('base64')])(
  'an answer that quotes a secret of the environment, %s, is told without it',
  async (secret) => {
    keepSecretsOf(config);
    const quoting: Provider = {
      ...{ name: 'smtp', channel: 'email' },
      send: () =>
        Promise.resolve({
          outcome: 'deferred',
          scope: 'account',
          code: '535',
          response: `535 bad ${secret}`,
        } as SendResult),
      check: () => Promise.resolve({ verdict: 'refused', detail: `535 bad ${secret}` }),
      close: () => Promise.resolve(),
    };
    const provider = new RedactedProvider(quoting);
    const said = [await provider.send({} as OutgoingMessage, () => true), await provider.check()];
    expect(JSON.stringify(said)).not.toContain(secret);
    expect(said).toMatchObject([{ response: '535 bad ***' }, { detail: '535 bad ***' }]);
  },
);

it('email and text messages of the environment go through providers that do so', async () => {
  const registry = await configuredProviders(config, {} as ProviderGround);
  for (const channel of ['email', 'sms'] as const) expect(registry.for(channel)).toBeInstanceOf(RedactedProvider);
});
