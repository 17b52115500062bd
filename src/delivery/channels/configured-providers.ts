import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import type { Chance } from '../../platform/chance.js';
import type { Clock } from '../../platform/clock.js';
import type { Config } from '../../platform/config.js';
import { DkimSigner } from './email/dkim-signer.js';
import type { ReturnPath } from './email/return-path.js';
import { SmtpProvider } from './email/smtp.provider.js';
import type { Provider } from './provider.js';
import { ProviderRegistry } from './provider-registry.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import type { SandboxMailbox } from './sandbox/sandbox-mailbox.js';

const smtpLogger = new Logger('Smtp');

/** The providers of an installation, one a channel; what is not configured goes to the sandbox. */
export async function configuredProviders(
  config: Config,
  clock: Clock,
  chance: Chance,
  mailbox: SandboxMailbox,
  returnPath: ReturnPath | null,
): Promise<ProviderRegistry> {
  const sandbox = (channel: Provider['channel']) =>
    new SandboxProvider({
      channel,
      failureRate: config.SANDBOX_FAILURE_RATE,
      latencyMs: config.SANDBOX_LATENCY_MS,
      random: chance.random,
      now: () => clock.now(),
      mailbox,
    });
  const email = config.SMTP_URL
    ? new SmtpProvider({
        url: config.SMTP_URL,
        from: config.EMAIL_FROM,
        signer: signerOf(config),
        returnPath,
        maxConnections: config.SMTP_CONNECTIONS,
        log: (line) => smtpLogger.warn(line),
      })
    : sandbox('email');
  return new ProviderRegistry([email, (await smsOf(config, clock)) ?? sandbox('sms'), sandbox('push')]);
}

/** Throws where there is no such file, or it holds no key. */
function signerOf({ DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_PRIVATE_KEY: key }: Config): DkimSigner | null {
  if (!domain) return null;
  const privateKey = key!.startsWith('-----BEGIN') ? key!.replaceAll('\\n', '\n') : readFileSync(key!, 'utf8');
  return new DkimSigner({ domain, selector: selector!, privateKey });
}

/** The provider of text messages, where one is configured; its HTTP client takes megabytes that others need not spend. */
async function smsOf(config: Config, clock: Clock): Promise<Provider | null> {
  if (!config.SMS_HTTP_URL) return null;
  const { HttpSmsProvider } = await import('./http/http-sms.provider.js');
  return new HttpSmsProvider({
    url: config.SMS_HTTP_URL,
    body: config.SMS_HTTP_BODY,
    headers: config.SMS_HTTP_HEADERS,
    from: config.SMS_FROM,
    idempotent: config.SMS_HTTP_IDEMPOTENT,
    allowPrivate: config.ALLOW_PRIVATE_NETWORKS,
    maxConnections: config.SMS_HTTP_CONNECTIONS,
    now: () => clock.now(),
  });
}
