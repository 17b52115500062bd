import type { Config } from '../../platform/config.js';
import { SmtpProvider } from './email/smtp.provider.js';
import type { Provider } from './provider.js';
import type { ProviderGround } from './provider-ground.js';
import { ProviderRegistry } from './provider-registry.js';
import { RedactedProvider } from './redacted.provider.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';

/** The providers of an installation's environment, one a channel; what is not configured goes to the sandbox. */
export async function configuredProviders(config: Config, ground: ProviderGround): Promise<ProviderRegistry> {
  const { random, now, mailbox, signer, returnPath, log } = ground;
  const sandbox = (channel: Provider['channel']) =>
    new SandboxProvider({
      channel,
      failureRate: config.SANDBOX_FAILURE_RATE,
      latencyMs: config.SANDBOX_LATENCY_MS,
      random,
      now,
      mailbox,
    });
  const email = config.SMTP_URL
    ? new RedactedProvider(
        new SmtpProvider({
          url: config.SMTP_URL,
          from: config.EMAIL_FROM,
          signer,
          returnPath,
          maxConnections: config.SMTP_CONNECTIONS,
          now,
          log,
        }),
      )
    : sandbox('email');
  return new ProviderRegistry([email, (await smsOf(config, ground)) ?? sandbox('sms'), sandbox('push')]);
}

/** The provider of text messages, where one is configured; its HTTP client takes megabytes that others need not spend. */
async function smsOf(config: Config, { allowPrivate, now }: ProviderGround): Promise<Provider | null> {
  if (!config.SMS_HTTP_URL) return null;
  const { HttpSmsProvider } = await import('./http/http-sms.provider.js');
  const provider = new HttpSmsProvider({
    url: config.SMS_HTTP_URL,
    body: config.SMS_HTTP_BODY,
    headers: config.SMS_HTTP_HEADERS,
    from: config.SMS_FROM,
    idempotent: config.SMS_HTTP_IDEMPOTENT,
    allowPrivate,
    maxConnections: config.SMS_HTTP_CONNECTIONS,
    now,
  });
  return new RedactedProvider(provider);
}
