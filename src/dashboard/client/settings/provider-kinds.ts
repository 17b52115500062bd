import type { Channel, ProviderKind, Schemas } from '../api/types.js';
import { choice, flag, type Field, list, longText, number, object, pairs, text } from './provider-field.js';

/** The settings and secrets of each kind, as the API describes them. */
interface Models {
  smtp: [Schemas['SmtpSettings'], Schemas['SmtpSecrets']];
  ses: [Schemas['SesSettings'], Schemas['SesSecrets']];
  sendgrid: [Schemas['SendgridSettings'], Schemas['ApiKeySecrets']];
  mailgun: [Schemas['MailgunSettings'], Schemas['MailgunSecrets']];
  postmark: [Schemas['PostmarkSettings'], Schemas['PostmarkSecrets']];
  resend: [Schemas['ResendSettings'], Schemas['ResendSecrets']];
  http: [Schemas['HttpSettings'], Schemas['HttpSecrets']];
  twilio: [Schemas['TwilioSettings'], Schemas['TwilioSecrets']];
  vonage: [Schemas['VonageSettings'], Schemas['VonageSecrets']];
  web_push: [Schemas['WebPushSettings'], Schemas['WebPushSecrets']];
  fcm: [Schemas['FcmSettings'], Schemas['FcmSecrets']];
  sandbox: [Schemas['SandboxSettings'], object];
}

type Fields<Model> = { [Name in keyof Required<Model>]: Field };

/** What a kind of account asks for. */
export interface Kind {
  title: string;
  channels: Channel[];
  settings: Record<string, Field>;
  secrets: Record<string, Field>;
}

const connections = number('Connections at a time', { rare: true, help: 'Of each process; 10 unless given.' });
const endpoint = text('Where the API is', { rare: true, help: 'If not where the vendor’s documentation says.' });
const from = text('Sender', { placeholder: 'News <news@example.org>' });
const email = { from, connections, endpoint };
const webhook = (label: string) =>
  text(label, { optional: true, help: 'Needed for reports of bounces and complaints.' });
const apiKey = text('API key');

/** Every kind of account with every field of it: the compiler refuses one that is left out or that the API does not know. */
export const KINDS: {
  [Name in ProviderKind]: Kind & { settings: Fields<Models[Name][0]>; secrets: Fields<Models[Name][1]> };
} = {
  smtp: {
    title: 'Mail server (SMTP)',
    channels: ['email'],
    settings: {
      from,
      host: text('Server', { placeholder: 'smtp.example.org' }),
      port: number('Port', { optional: true, placeholder: '587', help: '465 with TLS from the first byte, else 587.' }),
      security: choice('Encryption', {
        optional: true,
        choices: { starttls: 'STARTTLS, always', tls: 'TLS from the first byte', opportunistic: 'Where it is offered' },
      }),
      user: text('User', { optional: true }),
      allow_invalid_certificate: flag('Any certificate will do', { rare: true }),
      connections,
    },
    secrets: {
      password: text('Password', { optional: true }),
      webhook_secret: webhook('Secret of who reports bounces'),
    },
  },
  ses: {
    title: 'Amazon SES',
    channels: ['email'],
    settings: {
      from,
      region: text('Region', { placeholder: 'eu-central-1' }),
      access_key_id: text('Access key ID'),
      topic_arn: text('SNS topic of the reports', { optional: true, help: 'Needed for reports.' }),
      configuration_set: text('Configuration set', { rare: true }),
      connections,
      endpoint,
    },
    secrets: { secret_access_key: text('Secret access key') },
  },
  sendgrid: {
    title: 'SendGrid',
    channels: ['email'],
    settings: { ...email, webhook_public_key: webhook('Verification key of the event webhook') },
    secrets: { api_key: apiKey },
  },
  mailgun: {
    title: 'Mailgun',
    channels: ['email'],
    settings: { ...email, domain: text('Sending domain', { placeholder: 'mg.example.org' }) },
    secrets: { api_key: apiKey, webhook_signing_key: webhook('Webhook signing key') },
  },
  postmark: {
    title: 'Postmark',
    channels: ['email'],
    settings: { ...email, message_stream: text('Message stream', { optional: true, placeholder: 'broadcast' }) },
    secrets: { server_token: text('Server token'), webhook_password: webhook('Password in the webhooks’ URL') },
  },
  resend: {
    title: 'Resend',
    channels: ['email'],
    settings: email,
    secrets: { api_key: apiKey, webhook_secret: webhook('Signing secret of the webhook') },
  },
  http: {
    title: 'Any HTTP API',
    channels: ['sms'],
    settings: {
      url: text('URL', { placeholder: 'https://sms.example.org/v1/messages' }),
      from: text('Sender', { optional: true, help: 'What the body may speak of as “from”.' }),
      body: longText('Body', {
        optional: true,
        help: 'Liquid over to, text, from and id; JSON of these unless given.',
      }),
      headers: pairs('Headers', { rare: true, help: 'One a line, “name: value”; those that are no secret.' }),
      idempotent: flag('Honours Idempotency-Key, so that what is in doubt is sent again', { rare: true }),
      connections,
    },
    secrets: {
      headers: pairs('Secret headers', { optional: true, placeholder: 'authorization: Bearer …', help: 'One a line.' }),
      query: pairs('Secret query', {
        optional: true,
        placeholder: 'api_key: …',
        help: 'One a line, “name: value”; put behind the URL.',
      }),
      webhook_secret: webhook('Secret by which it signs reports'),
    },
  },
  twilio: {
    title: 'Twilio',
    channels: ['sms'],
    settings: {
      account_sid: text('Account SID', { placeholder: 'AC…' }),
      from: text('Sender', { optional: true, placeholder: '+15550100' }),
      messaging_service_sid: text('Messaging service SID', { optional: true, help: 'Instead of a sender.' }),
      connections,
      endpoint,
    },
    secrets: { auth_token: text('Auth token') },
  },
  vonage: {
    title: 'Vonage',
    channels: ['sms'],
    settings: { api_key: apiKey, from: text('Sender', { placeholder: 'Example' }), connections, endpoint },
    secrets: { api_secret: text('API secret'), signature_secret: webhook('Signature secret of the account') },
  },
  web_push: {
    title: 'Browsers (Web Push)',
    channels: ['push'],
    settings: {
      subject: text('Whom a push service may turn to', { placeholder: 'mailto:push@example.org' }),
      public_key: text('Public key', { help: 'With which browsers subscribe; another one loses all of them.' }),
      urgency: choice('Urgency', {
        rare: true,
        choices: { 'very-low': 'Very low', low: 'Low', normal: 'Normal', high: 'High' },
      }),
      ttl_seconds: number('Kept for who is away, in seconds', { rare: true, placeholder: '86400' }),
      topic: text('Topic', { rare: true, help: 'Of messages with the same one only the newest waits.' }),
      push_services: list('Hosts of further push services', { rare: true, help: 'One a line.' }),
      connections,
    },
    secrets: { private_key: text('Private key') },
  },
  fcm: {
    title: 'Devices (Firebase)',
    channels: ['push'],
    settings: {
      priority: choice('Priority', { optional: true, choices: { normal: 'Normal', high: 'High, wakes the device' } }),
      ttl_seconds: number('Kept for who is away, in seconds', { rare: true, placeholder: '86400' }),
      connections,
      endpoint,
    },
    secrets: { service_account: object('Key of the service account', { help: 'The JSON file that Google gives.' }) },
  },
  sandbox: {
    title: 'Sandbox: delivers to nobody',
    channels: ['email', 'sms', 'push'],
    settings: {
      failure_rate: number('Share of tries that fail', { optional: true, placeholder: '0.05', help: 'From 0 to 1.' }),
      latency_ms: number('Milliseconds until it answers', { optional: true, placeholder: '100' }),
    },
    secrets: {},
  },
};

/** Whether that is a kind which this dashboard knows. */
export const isKind = (name: string): name is ProviderKind => Object.hasOwn(KINDS, name);

/** What an account of that kind asks for; undefined for one that this dashboard does not know. */
export const kindOf = (name: string): Kind | undefined => (isKind(name) ? KINDS[name] : undefined);

/** The kinds that a channel can have, to choose from. */
export const kindsFor = (channel: Channel): { value: ProviderKind; label: string }[] =>
  Object.keys(KINDS)
    .filter(isKind)
    .filter((name) => KINDS[name].channels.includes(channel))
    .map((value) => ({ value, label: KINDS[value].title }));
