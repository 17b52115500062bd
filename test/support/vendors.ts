import { expect } from '@jest/globals';
import { MailgunDialect } from '../../src/delivery/channels/email/mailgun.dialect.js';
import { PostmarkDialect } from '../../src/delivery/channels/email/postmark.dialect.js';
import { ResendDialect } from '../../src/delivery/channels/email/resend.dialect.js';
import { SendgridDialect } from '../../src/delivery/channels/email/sendgrid.dialect.js';
import { SesDialect } from '../../src/delivery/channels/email/ses.dialect.js';
import type { HttpDialect } from '../../src/delivery/channels/http/http.provider.js';
import { TwilioDialect } from '../../src/delivery/channels/sms/twilio.dialect.js';
import { VonageDialect } from '../../src/delivery/channels/sms/vonage.dialect.js';
import type { ApiAct, ApiRequest } from './api-server.js';
import { decodeMessage } from './mime-reading.js';

/** What a vendor's server reads out of a request that it takes. */
export interface Read {
  to: string;
  from: string;
  subject: string | null;
  text: string;
}

/** A vendor as its documentation describes it, from the other side of the wire. */
export interface Vendor {
  to: string;
  idempotent: boolean;
  dialect(endpoint: string): HttpDialect;
  /** The message in a request; throws where the request is not as the documentation asks. */
  read(request: ApiRequest): Read;
  accept: ApiAct & object;
  acceptedAs: string;
  /** Documented answers of its own, and what each must mean. */
  answers: [ApiAct & object, object][];
}

const sender = { address: 'news@example.org', name: 'Example, News', domain: 'example.org' };
const email = 'ada@example.org';

function need(holds: unknown, what: string): void {
  if (!holds) throw new Error(`the request lacks ${what}`);
}

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const account = { outcome: 'deferred', scope: 'account' };
const rejected = { outcome: 'rejected' };
const busy = { outcome: 'deferred', scope: 'provider', retryAfterMs: expect.any(Number) };

const post = (request: ApiRequest, path: string, type: string): void => {
  need(request.method === 'POST' && request.path === path, `POST ${path}, but ${request.method} ${request.path}`);
  need(request.headers['content-type']?.startsWith(type), type);
};

// The tests look at the requests as a vendor would, without our types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const json = (request: ApiRequest): any => JSON.parse(request.raw);

const mime = (raw: Buffer): Read => {
  const { headers, body } = decodeMessage(raw);
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(headers)?.[1]?.trim() ?? '';
  return { to: header('To'), from: header('From'), subject: header('Subject'), text: body };
};

/** Every vendor by the kind of its accounts. */
export const VENDORS: Record<string, Vendor> = {
  ses: {
    to: email,
    idempotent: false,
    dialect: (endpoint) =>
      new SesDialect({ region: 'eu-central-1', accessKeyId: 'AKID', secretAccessKey: 'secret', sender, endpoint }),
    read(request) {
      post(request, '/v2/email/outbound-emails', 'application/json');
      const scope =
        /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/ses\/aws4_request, SignedHeaders=host;x-amz-date, Signature=[0-9a-f]{64}$/;
      need(scope.test(request.headers.authorization ?? ''), 'a signature');
      need(/^\d{8}T\d{6}Z$/.test(String(request.headers['x-amz-date'])), 'X-Amz-Date');
      const { FromEmailAddress, Destination, Content } = json(request);
      need(FromEmailAddress === sender.address && Destination.ToAddresses.length === 1, 'one sender and one recipient');
      return { ...mime(Buffer.from(Content.Raw.Data, 'base64')), to: Destination.ToAddresses[0] };
    },
    accept: answer(200, { MessageId: '0102-ses' }),
    acceptedAs: '0102-ses',
    answers: [
      [answer(400, { message: 'Email address is not verified.' }, { 'x-amzn-errortype': 'MessageRejected' }), account],
      [answer(400, { message: 'Illegal content' }, { 'x-amzn-errortype': 'MessageRejected' }), rejected],
      [answer(400, { message: 'paused' }, { 'x-amzn-errortype': 'SendingPausedException:http://x/' }), account],
      [answer(400, { __type: 'com.amazon#ThrottlingException', message: 'Rate exceeded' }), busy],
      [answer(429, { message: 'Too many' }, { 'x-amzn-errortype': 'TooManyRequestsException' }), busy],
      [answer(403, { message: 'no match' }, { 'x-amzn-errortype': 'SignatureDoesNotMatch' }), account],
    ],
  },
  sendgrid: {
    to: email,
    idempotent: false,
    dialect: (endpoint) => new SendgridDialect({ apiKey: 'SG.key', sender, endpoint }),
    read(request) {
      post(request, '/v3/mail/send', 'application/json');
      need(request.headers.authorization === 'Bearer SG.key', 'the key');
      const { personalizations, from, subject, content } = json(request);
      need(content[0].type === 'text/plain' && personalizations.length === 1, 'plain text for one');
      return { to: personalizations[0].to[0].email, from: from.email, subject, text: content[0].value };
    },
    accept: { status: 202, headers: { 'x-message-id': 'sg-1' }, body: '' },
    acceptedAs: 'sg-1',
    answers: [
      [answer(400, { errors: [{ message: 'Invalid', field: 'personalizations.0.to.0.email' }] }), rejected],
      [answer(400, { errors: [{ message: 'Invalid', field: 'from.email' }] }), account],
      [answer(403, { errors: [{ message: 'The from address does not match a verified Sender Identity.' }] }), account],
      [answer(413, { errors: [{ message: 'too large' }] }), rejected],
    ],
  },
  mailgun: {
    to: email,
    idempotent: false,
    dialect: (endpoint) => new MailgunDialect({ domain: 'mg.example.org', apiKey: 'key-1', sender, endpoint }),
    read(request) {
      post(request, '/v3/mg.example.org/messages.mime', 'multipart/form-data');
      need(request.headers.authorization === `Basic ${Buffer.from('api:key-1').toString('base64')}`, 'the key');
      const [, boundary] = /boundary=(\S+)$/.exec(request.headers['content-type']!)!;
      const [, to, message, end] = request.raw.split(`--${boundary}`);
      need(end === '--\r\n' && message?.includes('name="message"; filename='), 'two parts');
      const content = (part: string) => part.slice(part.indexOf('\r\n\r\n') + 4, -2);
      return { ...mime(Buffer.from(content(message!))), to: content(to!) };
    },
    accept: answer(200, { id: '<mg-1@example.org>', message: 'Queued. Thank you.' }),
    acceptedAs: '<mg-1@example.org>',
    answers: [
      [answer(400, { message: "'to' parameter is not a valid address" }), rejected],
      [answer(401, 'Forbidden'), account],
      [answer(404, { message: 'Domain not found' }), account],
    ],
  },
  postmark: {
    to: email,
    idempotent: false,
    dialect: (endpoint) => new PostmarkDialect({ serverToken: 'pm-token', sender, endpoint }),
    read(request) {
      post(request, '/email', 'application/json');
      need(request.headers['x-postmark-server-token'] === 'pm-token', 'the token');
      const { From, To, Subject, TextBody, MessageStream } = json(request);
      need(MessageStream === 'broadcast', 'the stream');
      return { to: /<(.*)>$/.exec(To)?.[1] ?? To, from: From, subject: Subject, text: TextBody };
    },
    accept: answer(200, { ErrorCode: 0, Message: 'OK', MessageID: 'pm-1' }),
    acceptedAs: 'pm-1',
    answers: [
      [
        answer(422, { ErrorCode: 406, Message: 'inactive recipient' }),
        { ...rejected, code: 'http_422_406', harm: 'bounce' },
      ],
      [answer(422, { ErrorCode: 300, Message: 'Invalid email request' }), rejected],
      [answer(422, { ErrorCode: 400, Message: 'The From address is no sender signature' }), account],
      [answer(422, { ErrorCode: 412, Message: 'pending approval' }), account],
      [answer(401, { ErrorCode: 10, Message: 'Bad or missing token' }), account],
    ],
  },
  resend: {
    to: email,
    idempotent: true,
    dialect: (endpoint) => new ResendDialect({ apiKey: 're_key', sender, endpoint }),
    read(request) {
      post(request, '/emails', 'application/json');
      need(request.headers.authorization === 'Bearer re_key', 'the key');
      need(/^\S{1,256}$/.test(String(request.headers['idempotency-key'] ?? '')), 'a key of its own');
      const { from, to, subject, text } = json(request);
      return { to: /<(.*)>$/.exec(to[0])?.[1] ?? to[0], from, subject, text };
    },
    accept: answer(200, { id: 're-1' }),
    acceptedAs: 're-1',
    answers: [
      [answer(409, { name: 'concurrent_idempotent_requests' }), { outcome: 'deferred', doubtful: true }],
      [answer(409, { name: 'invalid_idempotent_request' }), { outcome: 'unknown' }],
      [answer(422, { name: 'validation_error', message: 'Invalid `to`' }), rejected],
      [answer(422, { name: 'invalid_from_address' }), account],
      [answer(403, { name: 'validation_error', message: 'The domain is not verified' }), account],
    ],
  },
  twilio: {
    to: '+15550100',
    idempotent: false,
    dialect: (endpoint) => new TwilioDialect({ accountSid: 'AC1', authToken: 'token', from: '+15550199', endpoint }),
    read(request) {
      post(request, '/2010-04-01/Accounts/AC1/Messages.json', 'application/x-www-form-urlencoded');
      need(request.headers.authorization === `Basic ${Buffer.from('AC1:token').toString('base64')}`, 'the token');
      const form = new URLSearchParams(request.raw);
      return { to: form.get('To')!, from: form.get('From')!, subject: null, text: form.get('Body')! };
    },
    accept: answer(201, { sid: 'SM1', status: 'queued', error_code: null }),
    acceptedAs: 'SM1',
    answers: [
      [
        answer(400, { code: 21211, message: 'Invalid To', status: 400 }),
        { ...rejected, code: 'http_400_21211', harm: 'bounce' },
      ],
      [answer(400, { code: 21614, message: 'not a mobile number', status: 400 }), { ...rejected, harm: 'bounce' }],
      [
        answer(400, { code: 21610, message: 'unsubscribed recipient', status: 400 }),
        { ...rejected, harm: 'unsubscribe' },
      ],
      [answer(400, { code: 21606, message: 'From is not yours', status: 400 }), account],
      [answer(401, { code: 20003, message: 'Authenticate', status: 401 }), account],
      [answer(429, { code: 20429, message: 'Too Many Requests', status: 429 }), busy],
    ],
  },
  vonage: {
    to: '+15550100',
    idempotent: false,
    dialect: (endpoint) => new VonageDialect({ apiKey: 'vk', apiSecret: 'vs', from: 'Example', endpoint }),
    read(request) {
      post(request, '/sms/json', 'application/json');
      const { api_key, api_secret, to, from, text, type } = json(request);
      need(api_key === 'vk' && api_secret === 'vs' && !to.startsWith('+'), 'key, secret and a number without +');
      need(type === 'text' || type === 'unicode', 'a type');
      return { to: `+${to}`, from, subject: null, text };
    },
    accept: answer(200, { 'message-count': '1', messages: [{ to: '15550100', 'message-id': 'vo-1', status: '0' }] }),
    acceptedAs: 'vo-1',
    answers: [
      [answer(200, { messages: [{ status: '1', 'error-text': 'Throttled' }] }), busy],
      [answer(200, { messages: [{ status: '4', 'error-text': 'Bad Credentials' }] }), account],
      [answer(200, { messages: [{ status: '9', 'error-text': 'quota' }] }), account],
      [answer(200, { messages: [{ status: '7', 'error-text': 'barred' }] }), { ...rejected, code: 'http_200_7' }],
      [answer(200, { messages: [{ status: '5', 'error-text': 'internal' }] }), { outcome: 'unknown' }],
      [answer(200, { messages: [{ status: '6' }, { status: '0', 'message-id': 'b' }] }), { outcome: 'sent' }],
      [answer(200, 'nothing of the kind'), { outcome: 'unknown' }],
    ],
  },
};
