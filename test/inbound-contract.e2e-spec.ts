import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { SnsClient } from '../src/inbound/sns-client.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { contents, expectProblem } from './support/problems.js';
import { type Call, snsCertificate, snsNotice, type Teller, TELLERS, TOPIC } from './support/tellers.js';

const HOST = 'https://news.example.com';
const names = Object.keys(TELLERS);

let app: TestApp;
let keys: Record<string, string[]>;
let confirmed: string[];
beforeAll(async () => {
  app = await startApp({
    recordsAccounts: true,
    env: { PUBLIC_URL: HOST, POSTAL_ADDRESS: '1 Bell Lane', SMS_HELP_TEXT: 'Ask us' },
  });
  confirmed = [];
  // Amazon is not to be had here: what it would serve is.
  Object.assign(app.app.get(SnsClient), {
    certificate: () => Promise.resolve(snsCertificate),
    confirm: (url: URL) => Promise.resolve(void confirmed.push(url.href)),
  });
  const contacts = names.map((name, index) => ({ email: `${name}@example.com`, phone: `+4915112345${100 + index}` }));
  await app.request('POST', '/contacts/bulk', { contacts });
  keys = {};
  for (const [name, { account, channel }] of Object.entries(TELLERS)) {
    const provider = `my-${name}`;
    expect((await app.request('POST', '/providers', { name: provider, channel, ...account })).status).toBe(201);
    await carryOut(app, { channel, provider });
    keys[name] = app.providers[channel].messages.splice(0).map(({ deliveryKey }) => deliveryKey);
  }
});
afterAll(() => app.close());

const post = (name: string, { headers, body, query = '' }: Call) =>
  app.request('POST', `/inbound/my-${name}${query}`, body, { authorization: '', ...headers });
const reports = (name: string) =>
  app.sql<Record<string, unknown>>(
    sql`select event_id, kind, at, run_id, contact_id, open from report where source = ${`my-${name}`} order by id`,
  );
const signed = (name: string, written: { body: string; query?: string }, at: Date, id: string): Call =>
  (TELLERS[name] as Teller).sign(written, at, id, `${HOST}/inbound/my-${name}`);
/** What a provider calls to tell of the message to its own contact. */
const call = (name: string, fate: 'bounced' | 'delivered', id: string, at = app.clock.now()): Call => {
  const { write } = TELLERS[name]!;
  return signed(name, write(fate, keys[name]![names.indexOf(name)]!, at, id), at, id);
};

/** Another sign in the middle of what a signature ends with. */
const spoiled = (text: string) => text.slice(0, -12) + (text.at(-12) === 'B' ? 'C' : 'B') + text.slice(-11);
/** The same call with what is signed, or its signature, changed. */
function forgeriesOf(name: string, right: Call): Call[] {
  const { headers, body } = right;
  if (name === 'ses')
    return [
      { headers, body: body.replace('Delivery', 'Z') },
      { headers, body: body.replace(/(?<="Signature":")[^"]+/, spoiled) },
    ];
  if (name === 'mailgun')
    return [/(?<="timestamp":")1/, /forged/].map((part) => ({ headers, body: body.replace(part, '2') }));
  const proof = Object.keys(headers).find((header) => /signature|authorization/.test(header))!;
  const { [proof]: value, ...unsigned } = headers;
  const changed = [{ ...right, body: `${body} ` }, ...(right.query ? [{ ...right, query: `${right.query}0` }] : [])];
  return [
    { ...right, headers: unsigned },
    { ...right, headers: { ...headers, [proof]: spoiled(value!) } },
    // Postmark signs nothing.
    ...(name === 'postmark' ? [] : changed),
  ];
}

describe.each(names)('a report of %s', (name) => {
  const { channel, patienceMs } = TELLERS[name]!;

  it('is kept once and heeded, however often it comes, and the ledger stays as it is', async () => {
    const before = await app.sql(sql`select * from delivery order by run_id, contact_id`);
    const once = call(name, 'bounced', 'e1');
    const answers = await Promise.all([once, once, once].map((each) => post(name, each)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await post(name, once)).status).toBe(200);
    const contact = names.indexOf(name) + 1;
    expect(await reports(name)).toEqual([
      expect.objectContaining({ kind: 'bounced', contact_id: contact, run_id: expect.any(Number), open: false }),
    ]);
    const { body } = await app.request('GET', `/contacts/${contact}`);
    expect(body.suppressed).toEqual([channel]);
    expect(await app.sql(sql`select * from delivery order by run_id, contact_id`)).toEqual(before);
  });

  it('that is forged is refused, and nothing of it is kept', async () => {
    const right = call(name, 'delivered', 'forged');
    const before = [await reports(name), await contents(app)];
    for (const forgery of forgeriesOf(name, right)) expectProblem(await post(name, forgery), 401, 'FORGED_CALL');
    expect([await reports(name), await contents(app)]).toEqual(before);
    expect((await post(name, right)).status).toBe(200);
  });

  it('that was signed long ago, or in times to come, is refused', async () => {
    if (patienceMs === null) return;
    const at = (ms: number) => new Date(app.clock.now().getTime() + ms);
    const before = await reports(name);
    for (const away of [-patienceMs - 2_000, 5 * 60_000 + 2_000])
      expectProblem(await post(name, call(name, 'delivered', `away${away}`, at(away))), 401, 'FORGED_CALL');
    expect(await reports(name)).toEqual(before);
    for (const near of [-patienceMs + 2_000, 5 * 60_000 - 2_000])
      expect((await post(name, call(name, 'delivered', `near${near}`, at(near)))).status).toBe(200);
  });

  it('that is cut off, too large, or of another type is refused, and nothing of it is kept', async () => {
    const before = [await reports(name), await contents(app)];
    const whole = call(name, 'delivered', 'cut');
    const { write } = TELLERS[name]!;
    const half = write('delivered', keys[name]![0]!, app.clock.now(), 'cut').body;
    const cut = signed(
      name,
      { body: name === 'twilio' ? 'To=' : half.slice(0, half.length / 2) },
      app.clock.now(),
      'cut',
    );
    expectProblem(await post(name, cut), 400, 'MALFORMED_CALL');
    const huge = signed(name, { body: `${half}${' '.repeat(1024 * 1024)}` }, app.clock.now(), 'cut');
    expectProblem(await post(name, huge), 413, 'BODY_TOO_LARGE');
    for (const type of ['text/html', 'application/x-yaml', name === 'twilio' ? 'application/json' : 'image/png'])
      expectProblem(
        await post(name, { ...whole, headers: { ...whole.headers, 'content-type': type } }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      );
    expect((await post(name, { headers: {}, body: '' })).status).toBeGreaterThanOrEqual(400);
    expect([await reports(name), await contents(app)]).toEqual(before);
  });
});

describe('a notice of Amazon', () => {
  const notice = (more: Record<string, string>) => ({
    ...{
      Type: 'Notification',
      MessageId: 'n',
      TopicArn: TOPIC,
      Message: '{}',
      Timestamp: app.clock.now().toISOString(),
    },
    ...more,
  });

  it.each(['not-spam', 'auth-failure', 'virus'])('of a complaint that no person made is none: %s', async (type) => {
    const { body } = TELLERS.ses!.write('complained', keys.ses![0]!, app.clock.now(), type);
    const said = JSON.parse(body);
    said.complaint.complaintFeedbackType = type;
    const before = await reports('ses');
    const { status } = await post('ses', signed('ses', { body: JSON.stringify(said) }, app.clock.now(), type));
    expect([status, await reports('ses')]).toEqual([200, before]);
  });

  it('may be signed the older way, and asks to be confirmed once for the topic of the account', async () => {
    expect((await post('ses', snsNotice(notice({}), '1'))).status).toBe(200);
    const asked = {
      Type: 'SubscriptionConfirmation',
      Token: 't',
      SubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?c=1',
    };
    expect((await post('ses', snsNotice(notice(asked)))).status).toBe(200);
    expect(confirmed).toEqual([asked.SubscribeURL]);
  });

  it('of another topic, or that points elsewhere than to Amazon, is refused', async () => {
    const asked = { Type: 'SubscriptionConfirmation', Token: 't' };
    const forgeries: Record<string, string>[] = [
      { TopicArn: `${TOPIC}2` },
      { SigningCertURL: 'https://sns.eu-central-1.amazonaws.com.evil.example/x.pem' },
      { SigningCertURL: 'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem' },
      ...['', 'x.pem', 'a/SimpleNotificationService-1.pem', 'SimpleNotificationService-1.pem?Action=x'].map((path) => ({
        SigningCertURL: `https://sns.eu-central-1.amazonaws.com/${path}`,
      })),
      { ...asked, SubscribeURL: 'https://evil.example/' },
    ];
    for (const more of forgeries) expectProblem(await post('ses', snsNotice(notice(more))), 401, 'FORGED_CALL');
    expect(confirmed).toHaveLength(1);
  });
});

it('an event that cannot be read is left out, with a line in the log, and those beside it are kept', async () => {
  const said = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const told = JSON.parse(TELLERS.sendgrid!.write('complained', 'no.key', app.clock.now(), 'beside').body);
  const postAll = (...events: unknown[]) =>
    post('sendgrid', signed('sendgrid', { body: JSON.stringify(events) }, app.clock.now(), ''));
  const unreadable = [{ event: 'bounce' }, { sg_event_id: 'x' }, null, 7];
  expect((await postAll(...unreadable, ...told)).status).toBe(200);
  expect((await reports('sendgrid')).at(-1)).toMatchObject({ event_id: 'beside', kind: 'complained' });
  const line = { message: 'events left out: they cannot be read', account: 'my-sendgrid', events: 4 };
  expect(said).toHaveBeenCalledWith(line);
  said.mockRestore();
  expectProblem(await postAll(...unreadable), 400, 'MALFORMED_CALL');
});

it.each(['constructor', '__proto__', 'toString'])('an event called %j tells nothing', async (event) => {
  const bodies: Record<string, string> = {
    sendgrid: JSON.stringify([{ event, sg_event_id: event }]),
    mailgun: JSON.stringify({ event }),
    postmark: JSON.stringify({
      ...{ RecordType: 'SubscriptionChange', MessageID: event },
      ...{ SuppressSending: true, SuppressionReason: event },
    }),
    resend: JSON.stringify({ type: event, data: {} }),
    twilio: new URLSearchParams({ MessageSid: event, MessageStatus: event }).toString(),
    vonage: JSON.stringify({ messageId: event, status: event }),
    http: JSON.stringify({ type: `message.${event}`, message: event }),
  };
  for (const [name, body] of Object.entries(bodies)) {
    const before = await reports(name);
    expect([name, (await post(name, signed(name, { body }, app.clock.now(), event))).status]).toEqual([name, 200]);
    expect(await reports(name)).toEqual(before);
  }
});

it.each([
  ['suppressed', 'bounced', { suppressed: { message: 'on the account-level list', type: 'OnAccountSuppressionList' } }],
  ['failed', 'soft_bounced', { failed: { reason: 'on the account-level quota' } }],
])('a message that Resend took and calls %s is %s, in its words', async (event, kind, more) => {
  const tags = { delivery_id: keys.resend![0]!.replaceAll('.', '-') };
  const body = JSON.stringify({ type: `email.${event}`, created_at: app.clock.now(), data: { tags, ...more } });
  expect((await post('resend', signed('resend', { body }, app.clock.now(), event))).status).toBe(200);
  expect((await reports('resend')).at(-1)).toMatchObject({ event_id: event, kind, run_id: expect.any(Number) });
  const [told] = await app.sql(sql`select words from report where event_id = ${event}`);
  expect(told).toEqual({ words: expect.stringContaining('on the account-level') });
});

it('a code or reason called `constructor` is one that nobody knows', async () => {
  const failed = JSON.stringify({ event: 'failed', severity: 'permanent', reason: 'constructor' });
  expect((await post('mailgun', signed('mailgun', { body: failed }, app.clock.now(), 'odd'))).status).toBe(200);
  expect((await reports('mailgun')).at(-1)).toMatchObject({ event_id: 'odd', kind: 'bounced' });
  const fields = { MessageSid: 'odd', MessageStatus: 'failed', ErrorCode: 'constructor' };
  const body = new URLSearchParams(fields).toString();
  expect((await post('twilio', signed('twilio', { body }, app.clock.now(), 'odd'))).status).toBe(200);
  expect((await reports('twilio')).at(-1)).toMatchObject({ event_id: 'odd:failed', kind: 'soft_bounced' });
});

it('an account that there is not, or that tells nothing, is not found', async () => {
  expectProblem(await post('nobody', call('http', 'delivered', 'x')), 404, 'PROVIDER_NOT_FOUND');
  await app.request('POST', '/providers', { name: 'my-box', channel: 'email', kind: 'sandbox', settings: {} });
  expectProblem(await post('box', call('http', 'delivered', 'x')), 404, 'PROVIDER_NOT_FOUND');
});
