/** The bodies shown in the API documentation for new accounts, one of each kind. */
const from = 'Example News <news@example.org>';

export const providerExamples = {
  smtp: {
    summary: 'A mail server',
    value: {
      ...{ name: 'office', channel: 'email', kind: 'smtp' },
      settings: { host: 'smtp.example.org', port: 587, security: 'starttls', user: 'news', from },
      secrets: { password: 'change-me' },
    },
  },
  ses: {
    summary: 'Amazon SES, the default, within its sending quota',
    value: {
      ...{ name: 'ses-main', channel: 'email', kind: 'ses', default: true },
      settings: { region: 'eu-central-1', access_key_id: 'AKIAIOSFODNN7EXAMPLE', from },
      secrets: { secret_access_key: 'change-me' },
      limits: [
        { period: 'second', limit: 14 },
        { period: 'day', limit: 50_000 },
      ],
    },
  },
  sendgrid: {
    summary: 'SendGrid, with another account for when it fails',
    value: {
      ...{ name: 'grid', channel: 'email', kind: 'sendgrid', fallback_id: 2 },
      settings: { from },
      secrets: { api_key: 'SG.change-me' },
    },
  },
  mailgun: {
    summary: 'Mailgun in Europe',
    value: {
      ...{ name: 'gun', channel: 'email', kind: 'mailgun' },
      settings: { from, domain: 'mg.example.org', endpoint: 'https://api.eu.mailgun.net' },
      secrets: { api_key: 'change-me' },
    },
  },
  postmark: {
    summary: 'Postmark',
    value: {
      ...{ name: 'postmark-news', channel: 'email', kind: 'postmark' },
      settings: { from, message_stream: 'broadcast' },
      secrets: { server_token: 'change-me' },
    },
  },
  resend: {
    summary: 'Resend',
    value: {
      ...{ name: 'resend-news', channel: 'email', kind: 'resend' },
      settings: { from },
      secrets: { api_key: 're_change-me' },
    },
  },
  twilio: {
    summary: 'Twilio',
    value: {
      ...{ name: 'twilio-news', channel: 'sms', kind: 'twilio', default: true },
      settings: { account_sid: 'ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', from: '+15550100' },
      secrets: { auth_token: 'change-me' },
    },
  },
  vonage: {
    summary: 'Vonage',
    value: {
      ...{ name: 'vonage-news', channel: 'sms', kind: 'vonage' },
      settings: { api_key: 'abcd1234', from: 'Example' },
      secrets: { api_secret: 'change-me' },
    },
  },
  http: {
    summary: 'Any other SMS provider that takes a POST for each message',
    value: {
      ...{ name: 'own-sms', channel: 'sms', kind: 'http' },
      settings: {
        ...{ url: 'https://sms.example.org/v1/messages', from: 'Example', idempotent: true },
        body: '{"to":"{{ to }}","from":"{{ from }}","text":"{{ text }}"}',
      },
      secrets: { headers: { authorization: 'Bearer change-me' } },
    },
  },
  web_push: {
    summary: 'Browsers, with keys from POST /providers/vapid-keys',
    value: {
      ...{ name: 'browsers', channel: 'push', kind: 'web_push', default: true },
      settings: {
        subject: 'mailto:push@example.org',
        public_key: 'BMp_HcOIUSPtB6VrdfH2pdRfp_yXOHBQQFlaGZS4UcbEVJ_gfW5gZeCRt4lQNx6QT7VLRwRMCHDkLNBj6EZdcAk',
      },
      secrets: { private_key: 'change-me' },
    },
  },
  fcm: {
    summary: 'Devices, by Firebase Cloud Messaging',
    value: {
      ...{ name: 'devices', channel: 'push', kind: 'fcm' },
      settings: { priority: 'normal' },
      secrets: {
        service_account: {
          project_id: 'example',
          client_email: 'push@example.iam.gserviceaccount.com',
          private_key: 'change-me',
        },
      },
    },
  },
  sandbox: {
    summary: 'A sandbox that refuses one try in twenty',
    value: { name: 'rehearsal', channel: 'email', kind: 'sandbox', settings: { failure_rate: 0.05 } },
  },
};
