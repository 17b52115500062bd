import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';

/** What may be told of a message; words of these specs, not of the product. */
export type Fate = 'delivered' | 'bounced' | 'soft_bounced' | 'complained';

/** One call to the inlet. */
export interface Call {
  headers: Record<string, string>;
  body: string;
  query?: string;
}

/** A provider as its documentation describes its webhooks, from the other side of the wire. */
export interface Teller {
  channel: 'email' | 'sms';
  account: { kind: string; settings: object; secrets: object };
  /** What it says of a message. */
  write(fate: Fate, key: string, at: Date, id: string): { body: string; query?: string };
  /** Signs it. `url` is the address that it calls. */
  sign(written: { body: string; query?: string }, at: Date, id: string, url: string): Call;
  /** How far its time may be from ours; null where it signs none. */
  patienceMs: number | null;
}

const json = { 'content-type': 'application/json' };
const seconds = (at: Date) => String(Math.floor(at.getTime() / 1000));
const hmac = (hash: string, key: string | Buffer, text: string, as: 'hex' | 'base64') =>
  createHmac(hash, key).update(text).digest(as);

const WEBHOOK_KEY = Buffer.from('a webhook secret of 24 b+');
const webhookSecret = `whsec_${WEBHOOK_KEY.toString('base64')}`;
const standard =
  (prefix: string): Teller['sign'] =>
  ({ body }, at, id) => ({
    headers: {
      ...json,
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: seconds(at),
      // The first is of a secret that is no longer ours.
      [`${prefix}-signature`]: `v1,AAAA v1,${hmac('sha256', WEBHOOK_KEY, `${id}.${seconds(at)}.${body}`, 'base64')}`,
    },
    body,
  });

const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** What Amazon's certificate would say. */
export const snsCertificate = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:campanile';

/** A notice of Amazon SNS, signed over what its documentation names. */
export function snsNotice(notice: Record<string, string>, version: '1' | '2' = '2'): Call {
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names.flatMap((name) => (notice[name] === undefined ? [] : [`${name}\n${notice[name]}\n`])).join('');
  const Signature = sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(text), rsa.privateKey).toString('base64');
  const SigningCertURL = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem';
  const body = JSON.stringify({ SigningCertURL, ...notice, SignatureVersion: version, Signature });
  return { headers: { 'content-type': 'text/plain; charset=UTF-8' }, body };
}

const from = 'News <news@example.org>';
const twilioStates = {
  delivered: ['delivered', ''],
  bounced: ['undelivered', '30005'],
  soft_bounced: ['undelivered', '30003'],
};
const vonageStates = { delivered: ['delivered', '0'], bounced: ['failed', '3'], soft_bounced: ['failed', '2'] };

export const TELLERS: Record<string, Teller> = {
  ses: {
    channel: 'email',
    account: {
      kind: 'ses',
      settings: { from, region: 'eu-central-1', access_key_id: 'AKIA', topic_arn: TOPIC },
      secrets: { secret_access_key: 'secret' },
    },
    write: (fate, key, at) => {
      const mail = { headers: [{ name: 'X-Delivery-Id', value: key }] };
      const timestamp = at.toISOString();
      const recipients = [{ emailAddress: 'x@example.com', diagnosticCode: 'smtp; 550 5.1.1 nobody' }];
      const bounceType = fate === 'bounced' ? 'Permanent' : 'Transient';
      const event = fate.endsWith('bounced')
        ? { eventType: 'Bounce', bounce: { bounceType, timestamp, bouncedRecipients: recipients } }
        : fate === 'complained'
          ? { eventType: 'Complaint', complaint: { timestamp } }
          : { notificationType: 'Delivery', delivery: { timestamp } };
      return { body: JSON.stringify({ ...event, mail }) };
    },
    sign: ({ body }, at, id) =>
      snsNotice({ Type: 'Notification', MessageId: id, TopicArn: TOPIC, Message: body, Timestamp: at.toISOString() }),
    patienceMs: 60 * 60_000,
  },
  sendgrid: {
    channel: 'email',
    account: {
      kind: 'sendgrid',
      settings: { from, webhook_public_key: ec.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
      secrets: { api_key: 'SG.key' },
    },
    write: (fate, key, at, id) => {
      const names = { delivered: 'delivered', complained: 'spamreport', bounced: 'bounce', soft_bounced: 'bounce' };
      const type = fate === 'soft_bounced' ? 'blocked' : 'bounce';
      const event = { event: names[fate], type, timestamp: Number(seconds(at)), sg_event_id: id, delivery_id: key };
      return {
        body: JSON.stringify([
          { event: 'processed', sg_event_id: `${id}-0` },
          { ...event, reason: '550' },
        ]),
      };
    },
    sign: ({ body }, at) => ({
      headers: {
        ...json,
        'x-twilio-email-event-webhook-timestamp': seconds(at),
        'x-twilio-email-event-webhook-signature': sign(
          'sha256',
          Buffer.from(seconds(at) + body),
          ec.privateKey,
        ).toString('base64'),
      },
      body,
    }),
    patienceMs: 5 * 60_000,
  },
  mailgun: {
    channel: 'email',
    account: {
      kind: 'mailgun',
      settings: { from, domain: 'mg.example.org' },
      secrets: { api_key: 'key', webhook_signing_key: 'signing-key' },
    },
    write: (fate, key, at) => {
      const failed = { event: 'failed', severity: 'permanent', reason: fate === 'bounced' ? 'bounce' : 'old' };
      const event = fate.endsWith('bounced') ? failed : { event: fate };
      const headers = { 'message-id': `${key}@example.org` };
      return { body: JSON.stringify({ ...event, timestamp: at.getTime() / 1000, message: { headers } }) };
    },
    sign: ({ body }, at, id) => {
      const signature = {
        timestamp: seconds(at),
        token: id,
        signature: hmac('sha256', 'signing-key', seconds(at) + id, 'hex'),
      };
      return { headers: json, body: `{"signature":${JSON.stringify(signature)},"event-data":${body}}` };
    },
    patienceMs: 5 * 60_000,
  },
  postmark: {
    channel: 'email',
    account: {
      kind: 'postmark',
      settings: { from },
      secrets: { server_token: 'token', webhook_password: 'a-password-of-24-letters' },
    },
    write: (fate, key, at, id) => {
      const about = { MessageID: id, Metadata: { delivery_id: key } };
      const time = at.toISOString();
      if (fate === 'delivered')
        return { body: JSON.stringify({ RecordType: 'Delivery', DeliveredAt: time, ...about }) };
      const record = fate === 'complained' ? 'SpamComplaint' : 'Bounce';
      const Type = fate === 'bounced' ? 'HardBounce' : 'SoftBounce';
      return { body: JSON.stringify({ RecordType: record, ID: 42, Type, BouncedAt: time, Details: '550', ...about }) };
    },
    sign: ({ body }) => ({
      headers: {
        ...json,
        authorization: `Basic ${Buffer.from('postmark:a-password-of-24-letters').toString('base64')}`,
      },
      body,
    }),
    patienceMs: null,
  },
  resend: {
    channel: 'email',
    account: { kind: 'resend', settings: { from }, secrets: { api_key: 're_key', webhook_secret: webhookSecret } },
    write: (fate, key, at) => {
      const bounce = { type: fate === 'bounced' ? 'Permanent' : 'Transient', message: 'no such user' };
      const type = `email.${fate.replace('soft_', '')}`;
      const data = { tags: { delivery_id: key.replaceAll('.', '-') }, ...(type === 'email.bounced' && { bounce }) };
      return { body: JSON.stringify({ type, created_at: at.toISOString(), data }) };
    },
    sign: standard('svix'),
    patienceMs: 5 * 60_000,
  },
  twilio: {
    channel: 'sms',
    account: { kind: 'twilio', settings: { account_sid: 'AC1', from: '+15550100' }, secrets: { auth_token: 'token' } },
    write: (fate, key, _at, id) => {
      const [MessageStatus, ErrorCode] = fate === 'complained' ? ['', ''] : twilioStates[fate];
      return {
        body: new URLSearchParams({
          MessageSid: id,
          MessageStatus: MessageStatus!,
          ErrorCode: ErrorCode!,
          To: '+15550123',
        }).toString(),
        query: `?delivery=${key}`,
      };
    },
    sign: ({ body, query = '' }, _at, _id, url) => {
      const fields = [...new URLSearchParams(body)].sort(([one], [other]) => (one < other ? -1 : 1));
      const text = url + query + fields.map(([name, value]) => name + value).join('');
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': hmac('sha1', 'token', text, 'base64'),
      };
      return { headers, body, query };
    },
    patienceMs: null,
  },
  vonage: {
    channel: 'sms',
    account: {
      kind: 'vonage',
      settings: { api_key: 'abcd', from: 'Example' },
      secrets: { api_secret: 'secret', signature_secret: 'signature-secret' },
    },
    write: (fate, key, at, id) => {
      const [status, code] = fate === 'complained' ? ['', ''] : vonageStates[fate];
      const time = at.toISOString().slice(0, 19).replace('T', ' ');
      return {
        body: JSON.stringify({ messageId: id, status, 'err-code': code, 'client-ref': key, 'message-timestamp': time }),
      };
    },
    sign: ({ body }, at) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const payload_hash = createHash('sha256').update(body).digest('hex');
      const claims = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: Number(seconds(at)), payload_hash })}`;
      const mac = createHmac('sha256', 'signature-secret').update(claims).digest('base64url');
      return { headers: { ...json, authorization: `Bearer ${claims}.${mac}` }, body };
    },
    patienceMs: 5 * 60_000,
  },
  http: {
    channel: 'sms',
    account: {
      kind: 'http',
      settings: { url: 'https://sms.example.org/messages' },
      secrets: { webhook_secret: webhookSecret },
    },
    write: (fate, key, at) => ({
      body: JSON.stringify({ type: `message.${fate}`, message: key, timestamp: at.toISOString(), words: '550' }),
    }),
    sign: standard('webhook'),
    patienceMs: 5 * 60_000,
  },
};
