import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { RETURN_PATH, type ReturnPath } from '../src/delivery/channels/email/return-path.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { forgetSuppressions, makeContacts } from './support/factories.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
let plain: TestApp;
let keys: string[];
beforeAll(async () => {
  app = await startApp({ env: { BOUNCE_DOMAIN: 'bounces.example.org' } });
  const { databaseUrl, clock } = app;
  plain = await startApp({ databaseUrl, clock });
  await makeContacts(app, 2);
  await carryOut(app);
  const messages = app.providers.email.messages.sort((one, other) => (one.to < other.to ? -1 : 1));
  keys = messages.map(({ deliveryKey }) => deliveryKey);
});
afterAll(async () => {
  await plain.close();
  await app.close();
});
afterEach(async () => {
  await app.sql(sql`delete from report`);
  await app.sql(sql`delete from engagement`);
  await forgetSuppressions(app);
});

const verp = (key: string) => app.app.get<ReturnPath>(RETURN_PATH).for(key)!;
const crlf = (text: string) => text.replaceAll('\n', '\r\n');

interface Bounce {
  to?: string;
  action?: string;
  status?: string;
  diagnostic?: string;
  /** Further recipients, as groups of fields. */
  others?: string;
  original?: string;
  id?: string;
}
/** As Postfix writes it. */
const bounce = ({
  to = 'news@example.org',
  action = 'failed',
  status = '5.1.1',
  diagnostic = '550 5.1.1 unknown',
  ...more
}: Bounce) =>
  crlf(`Date: Sun, 22 Nov 2026 11:59:00 +0000
From: MAILER-DAEMON@mx.example.net
To: ${to}
Subject: Undelivered Mail Returned to Sender
Message-Id: <${more.id ?? 'dsn-1'}@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="=_part"

This is a MIME-encapsulated message.

--=_part
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered. Status: 5.9.9

--=_part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4711

Final-Recipient: rfc822; c1@example.com
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp;
    ${diagnostic}
Last-Attempt-Date: Sun, 22 Nov 2026 11:58:00 +0000
${more.others ?? ''}
--=_part
Content-Type: message/rfc822

From: news@example.org
Message-ID: <${more.original ?? 'other@example.org'}>
Subject: Hello

Hello
--=_part--
`);
/** As mailbox providers report complaints. */
const complaint = (key: string, type = 'abuse') =>
  crlf(`From: <abuse@mailbox.example>
To: fbl@example.org
Subject: FW: Hello
Message-ID: <arf-${type}@mailbox.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: ${type}
User-Agent: SomeGenerator/1.0
Version: 1
Arrival-Date: Sun, 22 Nov 2026 11:00:00 +0000

--b
Content-Type: text/rfc822-headers
Content-Disposition: inline

From: news@example.org
Message-ID: <${key}@example.org>
X-Delivery-Id: ${key}
--b--
`);
const take = (mail: string | Buffer, on = app, url = '/inbound/mail', type = 'message/rfc822') =>
  on.request('POST', url, mail, { 'content-type': type });
const reports = () => app.sql(sql`select source, kind, contact_id, at, words from report order by id`);
const reasons = () => app.sql(sql`select reason from suppression order by id`);

describe('a delivery status notification', () => {
  it('is believed by the address that it comes back to, once', async () => {
    for (const _ of [1, 2]) {
      const { status, body } = await take(bounce({ to: verp(keys[0]!).toUpperCase() }));
      expect([status, body]).toEqual([200, { kind: 'bounced', message: keys[0] }]);
    }
    expect(await reports()).toEqual([
      {
        ...{ source: 'mail', kind: 'bounced', contact_id: 1, at: new Date('2026-11-22T11:58:00Z') },
        words: '5.1.1 smtp; 550 5.1.1 unknown',
      },
    ]);
    expect(await reasons()).toEqual([{ reason: 'bounce' }]);
  });

  it('is believed by the address that the mail server knows', async () => {
    const { body } = await take(bounce({}), app, `/inbound/mail?recipient=${encodeURIComponent(verp(keys[1]!))}`);
    expect(body).toEqual({ kind: 'bounced', message: keys[1] });
  });

  it('that anybody could have written is kept and does nothing', async () => {
    const forged = verp(keys[0]!).replace(/\.(.)(?=[0-9a-f]{19}@)/, (_, one: string) => `.${one === '0' ? '1' : '0'}`);
    for (const to of [forged, 'news@example.org'])
      expect((await take(bounce({ to, original: `${keys[0]}@example.org`, id: to }))).body).toEqual({
        kind: 'bounced',
        message: null,
      });
    expect(await reports()).toMatchObject([{ contact_id: null }, { contact_id: null }]);
    expect(await reasons()).toEqual([]);
  });

  it('is believed by the Message-ID where messages have no address of their own to come back to', async () => {
    const { body } = await take(bounce({ original: `${keys[0]}@example.org` }), plain);
    expect(body).toMatchObject({ kind: 'bounced' });
    expect(await reports()).toMatchObject([{ contact_id: 1 }]);
  });

  it.each([
    ['failed', '5.2.2', '552 5.2.2 mailbox full', 'soft_bounced'],
    ['failed', '4.4.7', 'delivery time expired', 'soft_bounced'],
    ['failed', '5.0.0', '550 5.1.1 no such user', 'bounced'],
    ['Failed (bad)', '5.1.10', 'null MX', 'bounced'],
    ['delivered', '2.0.0', '250 ok', 'delivered'],
    ['delayed', '4.0.0', 'try later', null],
    ['relayed', '2.0.0', 'passed on', null],
  ])('of action %s and status %s (%s) is %s', async (action, status, diagnostic, kind) => {
    const { body } = await take(bounce({ to: verp(keys[0]!), action, status, diagnostic }));
    expect(body).toMatchObject({ kind });
    expect(await reports()).toHaveLength(kind === null ? 0 : 1);
  });
});

describe('a delivery status notification about several recipients', () => {
  const group = (name: string, action: string, status: string) => `\n${name}\nAction: ${action}\nStatus: ${status}\n`;

  it.each([
    ['Final-Recipient: rfc822; c2@example.com', 'delivered', '2.0.0', 'delivered'],
    ['Final-Recipient: rfc822;<C2@Example.com>', 'failed', '4.2.2', 'soft_bounced'],
    [
      'Final-Recipient: rfc822; x@example.net\nOriginal-Recipient: rfc822;c2@example.com',
      'failed',
      '5.2.2',
      'soft_bounced',
    ],
    ['Original-Recipient: rfc822;c2@ex+61mple.com', 'delivered', '2.0.0', 'delivered'],
    ['X-Nobody: named', 'failed', '4.4.7', 'soft_bounced'],
    ['Final-Recipient: rfc822; c2@example.com', 'delayed', '4.4.7', null],
    ['Final-Recipient: rfc822; c22@example.com', 'delivered', '2.0.0', null],
  ])('is about the one that it was sent to: %j, %s %s, is %s', async (name, action, status, kind) => {
    const { body } = await take(bounce({ to: verp(keys[1]!), others: group(name, action, status) }));
    expect(body.kind).toBe(kind);
    expect(await reasons()).toEqual([]);
  });

  it('suppresses where that one failed for good and another for the moment', async () => {
    const others = group('Final-Recipient: rfc822; c2@example.com', 'failed', '5.1.1');
    const { body } = await take(bounce({ to: verp(keys[1]!), status: '4.2.2', diagnostic: '452 4.2.2 full', others }));
    expect(body).toEqual({ kind: 'bounced', message: keys[1] });
    expect(await reasons()).toEqual([{ reason: 'bounce' }]);
  });
});

it('emails with one Message-ID are told apart by the message they return, and by what they say of it', async () => {
  const soft = { status: '4.2.2', diagnostic: '452 4.2.2 full' };
  for (const more of [{ to: verp(keys[0]!), ...soft }, { to: verp(keys[0]!) }, { to: verp(keys[1]!) }])
    for (const _ of [1, 2]) expect((await take(bounce(more))).status).toBe(200);
  expect(await reports()).toMatchObject([
    { kind: 'soft_bounced', contact_id: 1 },
    { kind: 'bounced', contact_id: 1 },
    { kind: 'bounced', contact_id: 2 },
  ]);
  expect(await reasons()).toHaveLength(2);
});

describe('a feedback report', () => {
  it.each([
    ['abuse', 'complained', 'complaint'],
    ['opt-out', 'unsubscribed', 'unsubscribe'],
  ])('of type %s is %s and suppresses', async (type, kind, reason) => {
    expect((await take(complaint(keys[1]!, type))).body).toEqual({ kind, message: keys[1] });
    expect(await reports()).toMatchObject([{ contact_id: 2, kind, at: new Date('2026-11-22T11:00:00Z') }]);
    expect(await reasons()).toEqual([{ reason }]);
  });

  it.each(['not-spam', 'auth-failure', 'virus', 'dmarc'])('of type %s is none: no person complained', async (type) => {
    expect((await take(complaint(keys[1]!, type))).body).toEqual({ kind: null, message: null });
  });
});

it('an email that reports nothing changes nothing, and what is no email is refused', async () => {
  const answer = crlf(
    'From: c1@example.com\nTo: news@example.org\nSubject: Undelivered? 5.1.1\n\nI am away. Status: 5.1.1\n',
  );
  expect(await take(answer)).toMatchObject({ status: 200, body: { kind: null, message: null } });
  const whole = bounce({ to: verp(keys[0]!) });
  for (let cut = 0; cut < whole.length; cut += 97)
    expect([200, 400]).toContain((await take(whole.slice(0, cut))).status);
  await app.sql(sql`delete from report`);
  for (const none of ['', '\r\n\r\nno head', Buffer.from([0, 255, 1, 254])])
    expectProblem(await take(none), 400, 'MALFORMED_MAIL');
  expectProblem(await take('{}', app, '/inbound/mail', 'application/json'), 415, 'UNSUPPORTED_MEDIA_TYPE');
  expectProblem(await take(`${whole}${' '.repeat(16 * 1024 * 1024)}`), 413, 'BODY_TOO_LARGE');
  expect(await reports()).toEqual([]);
});
