import type { components } from '../../../../../sdk/schema.js';

export type ProviderKind = components['schemas']['CreateProvider']['kind'];

/** What each kind of account asks for, to be filled in. */
export const KINDS: Record<ProviderKind, { settings: object; secrets: object }> = {
  smtp: {
    settings: { from: 'News <news@example.org>', host: 'smtp.example.org', port: 587, security: 'starttls', user: '' },
    secrets: { password: '' },
  },
  ses: {
    settings: { from: 'News <news@example.org>', region: 'eu-central-1', access_key_id: '' },
    secrets: { secret_access_key: '' },
  },
  sendgrid: { settings: { from: 'News <news@example.org>' }, secrets: { api_key: '' } },
  mailgun: { settings: { from: 'News <news@example.org>', domain: 'mg.example.org' }, secrets: { api_key: '' } },
  postmark: { settings: { from: 'News <news@example.org>' }, secrets: { server_token: '' } },
  resend: { settings: { from: 'News <news@example.org>' }, secrets: { api_key: '' } },
  http: { settings: { url: 'https://sms.example.org/v1/messages' }, secrets: { headers: { authorization: '' } } },
  twilio: { settings: { account_sid: '', from: '' }, secrets: { auth_token: '' } },
  vonage: { settings: { api_key: '', from: '' }, secrets: { api_secret: '' } },
  web_push: { settings: { subject: 'mailto:push@example.org', public_key: '' }, secrets: { private_key: '' } },
  fcm: { settings: {}, secrets: { service_account: {} } },
  sandbox: { settings: {}, secrets: {} },
};
