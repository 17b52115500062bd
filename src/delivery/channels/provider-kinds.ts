import type { Channel } from '../../audience/domain/channel.js';
import { CHANNELS } from '../../audience/domain/channel.js';
import * as email from '../email-settings.dto.js';
import * as push from '../push-settings.dto.js';
import { NoSecrets, SandboxSettings } from '../sandbox-settings.dto.js';
import * as sms from '../sms-settings.dto.js';
import { emailMakers } from './email/email-makers.js';
import type { Provider } from './provider.js';
import type { ProviderGround } from './provider-ground.js';
import { pushMakers } from './push/push-makers.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { smsMakers } from './sms/sms-makers.js';

export type Settings = Record<string, unknown>;

/** An account in clear text, as its provider is made of it. */
export interface OpenAccount<Set = Settings, Secret = Settings> {
  channel: Channel;
  kind: string;
  name: string;
  settings: Set;
  /** Null where they do not open. */
  secrets: Secret | null;
}

/**
 * Makes a provider; throws an Error that says which setting is not usable. What takes memory is loaded only here, where it
 * is needed. Connects to nobody.
 */
export type Make<Set = Settings, Secret = Settings> = (
  account: OpenAccount<Set, Secret> & { secrets: Secret },
  ground: ProviderGround,
) => Promise<Provider>;

interface Kind {
  channels: readonly Channel[];
  /** The classes that say what its settings and secrets must look like. */
  settings: new () => object;
  secrets: new () => object;
  make: Make;
  /** Secrets by which others show us who they are: they go nowhere. */
  received: readonly string[];
}

const kind = <Set extends object, Secret extends object>(
  channels: readonly Channel[],
  settings: new () => Set,
  secrets: new () => Secret,
  make: Make<Set, Secret>,
  ...received: readonly (keyof Secret & string)[]
): Kind => ({ channels, settings, secrets, make: make as unknown as Make, received });

/** Everything an account can be. A name of one of these is no name for an account: the environment's are called so. */
export const PROVIDER_KINDS = {
  smtp: kind(['email'], email.SmtpSettings, email.SmtpSecrets, emailMakers.smtp, 'webhook_secret'),
  ses: kind(['email'], email.SesSettings, email.SesSecrets, emailMakers.ses),
  sendgrid: kind(['email'], email.SendgridSettings, email.ApiKeySecrets, emailMakers.sendgrid),
  mailgun: kind(['email'], email.MailgunSettings, email.MailgunSecrets, emailMakers.mailgun, 'webhook_signing_key'),
  postmark: kind(['email'], email.PostmarkSettings, email.PostmarkSecrets, emailMakers.postmark, 'webhook_password'),
  resend: kind(['email'], email.ResendSettings, email.ResendSecrets, emailMakers.resend, 'webhook_secret'),
  http: kind(['sms'], sms.HttpSettings, sms.HttpSecrets, smsMakers.http, 'webhook_secret'),
  twilio: kind(['sms'], sms.TwilioSettings, sms.TwilioSecrets, smsMakers.twilio),
  vonage: kind(['sms'], sms.VonageSettings, sms.VonageSecrets, smsMakers.vonage, 'signature_secret'),
  web_push: kind(['push'], push.WebPushSettings, push.WebPushSecrets, pushMakers.webPush),
  fcm: kind(['push'], push.FcmSettings, push.FcmSecrets, pushMakers.fcm),
  sandbox: kind(CHANNELS, SandboxSettings, NoSecrets, makeSandbox),
} as const;

export type ProviderKind = keyof typeof PROVIDER_KINDS;
export const PROVIDER_KIND_NAMES = Object.keys(PROVIDER_KINDS) as ProviderKind[];

function makeSandbox(
  { channel, name, settings }: OpenAccount<SandboxSettings, NoSecrets>,
  { random, now, mailbox }: ProviderGround,
): Promise<Provider> {
  const { failure_rate: failureRate = 0, latency_ms: latencyMs = 0 } = settings;
  return Promise.resolve(new SandboxProvider({ name, channel, failureRate, latencyMs, random, now, mailbox }));
}

/** The kind of that name; undefined for one that this version does not know. */
export function kindOf(name: string): Kind | undefined {
  return (PROVIDER_KINDS as Record<string, Kind>)[name];
}
