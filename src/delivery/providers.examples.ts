/** The bodies shown in the API documentation for new accounts, one of each kind. */
const from = 'Example News <news@example.org>';

/** Of 512 bits, and made for this example: good for nothing else. */
const exampleKey = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAzaRlUlbQZGXE75tw',
  'lwA9d3MDMBTV2Xy/QatST1J/WqEragRe1l9RWnHY42m4YEp8Du72n4rJ8sINJ+NM',
  'dVCAMwIDAQABAkB954I1eHucjIaX4QZ9HSOFB8DS5l7MCsmabkc105+vn1X0B3zB',
  'WwhFlht3ox8+l/styHT1R3IEhTTZXOpqhuPZAiEA+Kx1P8kpW7vGa7aE75imTxDa',
  'stadi9FBgZN/tUgL73UCIQDTs2Ltj/2bU0E/xsbrg8TOCh7jpTio1m7Rrh1sjH6k',
  'BwIgRBoW0i0pInI+WOlXZraLdUPMYQXdh5j7M51NcDwW6LECIQCOEPf2jIaYUcqb',
  'zf131zmfO1N3WU0ooJ5FwB6m1bG2yQIge5/+T17INBP+KZXuKlBfu3BK+F698dyd',
  'aicre0xxikU=',
  '-----END PRIVATE KEY-----',
].join('\n');

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
        public_key: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
      },
      // The pair that RFC 8291 prints.
      secrets: { private_key: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw' },
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
          private_key: exampleKey,
        },
      },
    },
  },
  sandbox: {
    summary: 'A sandbox that refuses one try in twenty',
    value: { name: 'rehearsal', channel: 'email', kind: 'sandbox', settings: { failure_rate: 0.05 } },
  },
};
