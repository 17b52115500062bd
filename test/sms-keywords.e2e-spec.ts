import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { carryOut, gate, handedOver, openGates } from './support/engine.js';
import { latestRun, makeCampaign } from './support/factories.js';
import { TELLERS } from './support/tellers.js';

const HOST = 'https://news.example.com';
const ADA = '+4915112345001';
const BOB = '+4915112345002';

let app: TestApp;
let told = 0;
beforeAll(async () => {
  const env = { PUBLIC_URL: HOST, SMS_HELP_TEXT: 'Bell & Co: news <weekly>', BATCH_SIZE: '4', WINDOW_SIZE: '1' };
  app = await startApp({ env: { ...env, SENDER_LANES: '1', DEFAULT_COUNTRY: 'DE' } });
  for (const name of ['twilio', 'vonage', 'http']) {
    const { account, channel } = TELLERS[name]!;
    await app.request('POST', '/providers', { name: `my-${name}`, channel, ...account });
  }
  await app.request('POST', '/contacts/bulk', { contacts: [{ phone: ADA }, { phone: BOB }] });
});
afterAll(() => app.close());
afterEach(async () => {
  openGates();
  app.providers.sms.messages.length = 0;
  await app.sql(sql`delete from reply`);
  await app.sql(sql`delete from suppression`);
  await app.sql(sql`update contact set sms_suppressed = false, sms_consent = 'subscribed'`);
  await app.sql(sql`delete from consent_change`);
});

const id = () => `SM${(told += 1)}`;
const call = (name: string, { headers, body }: { headers: Record<string, string>; body: string }) =>
  app.request('POST', `/inbound/my-${name}`, body, { authorization: '', ...headers });
/** Somebody texts by one of the providers. */
async function text(words: string, from = ADA, by = 'http', at = app.clock.now()) {
  const message = id();
  const bodies: Record<string, string> = {
    twilio: new URLSearchParams({
      MessageSid: message,
      SmsStatus: 'received',
      From: from,
      To: '+15550100',
      Body: words,
    }).toString(),
    vonage: JSON.stringify({ messageId: message, msisdn: from.slice(1), to: '447700900000', text: words }),
    http: JSON.stringify({ type: 'sms.received', from, text: words, timestamp: at.toISOString() }),
  };
  const signed = TELLERS[by]!.sign({ body: bodies[by]! }, app.clock.now(), message, `${HOST}/inbound/my-${by}`);
  const answer = await call(by, signed);
  expect(answer.status).toBe(200);
  return answer;
}
const stateOf = async (phone: string) => {
  const [row] = await app.sql(
    sql`select sms_consent as consent, sms_suppressed as suppressed from contact where phone = ${phone}`,
  );
  return row;
};
const ended = { consent: 'unsubscribed', suppressed: true };
const going = { consent: 'subscribed', suppressed: false };
const replies = async () => (await app.request('GET', '/replies')).body;

describe('STOP', () => {
  it.each(['twilio', 'vonage', 'http'])(
    'by %s ends text messages to whoever has the number, and to nobody else',
    async (by) => {
      await text('Stop.', ADA, by);
      expect([await stateOf(ADA), await stateOf(BOB)]).toEqual([ended, going]);
      const { body } = await app.request('GET', '/contacts/1/consent/history');
      expect(body).toMatchObject([
        { channel: 'sms', status: 'unsubscribed', source: 'text message', actor: 'contact' },
      ]);
      expect(await replies()).toMatchObject([{ source: `my-${by}`, phone: ADA, keyword: 'stop', contact_id: 1 }]);
      expect((await app.request('GET', '/contacts/1')).body.consent).toMatchObject({ email: 'subscribed' });
    },
  );

  it('is obeyed by the next window of a run under way', async () => {
    const { opened, open } = gate();
    app.providers.sms.answer = async () => {
      await opened;
      return { outcome: 'sent', providerMessageId: null };
    };
    const { id: campaign } = await makeCampaign(app, { channel: 'sms' });
    const ticking = app.tick();
    await handedOver(app, 1, 'sms');
    const other = app.providers.sms.messages[0]!.to === ADA ? BOB : ADA;
    await text('STOP', other);
    open();
    await ticking;
    await app.tick();
    expect(await latestRun(app, campaign)).toMatchObject({ sent: 1, skipped: 1 });
  });

  it('holds for a number that nobody has yet', async () => {
    await text('stop', '+4915112345777');
    const { body } = await app.request('POST', '/contacts', { phone: '0151 12345777' });
    expect(body.suppressed).toEqual(['sms']);
    await text('start', '+4915112345777');
    await app.request('DELETE', `/contacts/${body.id}`);
  });
});

describe('START', () => {
  it('begins anew what STOP ended', async () => {
    await text('STOP');
    app.clock.advance(1_000);
    await text('unstop');
    expect(await stateOf(ADA)).toEqual(going);
    expect(await carryOut(app, { channel: 'sms' })).toMatchObject({ sent: 2 });
  });

  it('takes back nothing that was ended otherwise', async () => {
    await app.request('PATCH', '/contacts/1', { consent: { sms: 'unsubscribed' } });
    await text('START');
    await text('STOP');
    app.clock.advance(1_000);
    await text('START');
    expect(await stateOf(ADA)).toMatchObject({ consent: 'unsubscribed' });
    await app.request('POST', '/suppressions', { address: BOB, channel: 'sms', reason: 'complaint' });
    await text('STOP', BOB);
    app.clock.advance(1_000);
    await text('START', BOB);
    expect(await stateOf(BOB)).toMatchObject({ suppressed: true });
  });
});

describe('HELP', () => {
  it('is answered by what the dialect can say, and changes nothing', async () => {
    expect((await text('help', ADA, 'twilio')).body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Bell &amp; Co: news &lt;weekly&gt;</Message></Response>',
    );
    expect((await text('INFO')).body).toEqual({ reply: 'Bell & Co: news <weekly>' });
    expect((await text('help', ADA, 'vonage')).body).toEqual({});
    expect(await stateOf(ADA)).toEqual(going);
  });
});

it('anything else is kept as it came, and not answered', async () => {
  expect((await text('When do you open? \u{1f514}', ADA, 'twilio')).body).toMatch(/<Response><\/Response>$/);
  expect(await replies()).toMatchObject([{ text: 'When do you open? \u{1f514}', keyword: null }]);
  expect(await stateOf(ADA)).toEqual(going);
  await text('Hello', 'CARRIER');
  expect(await replies()).toHaveLength(2);
});

it('a text of Vonage may be signed in its fields, the older way', async () => {
  const fields: Record<string, string> = {
    ...{ 'message-timestamp': '2026-11-22 12:00:00', messageId: id(), msisdn: ADA.slice(1), text: 'STOP & = go' },
    ...{ nonce: 'n', timestamp: String(Math.floor(app.clock.now().getTime() / 1000)) },
  };
  const line = Object.keys(fields)
    .sort()
    .map((name) => `&${name}=${fields[name]!.replaceAll(/[&=]/g, '_')}`);
  const sig = createHmac('sha256', 'signature-secret').update(line.join('')).digest('hex');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const send = (more: object) =>
    call('vonage', { headers, body: new URLSearchParams({ ...fields, ...more }).toString() });
  expect((await send({ sig, text: 'STOP' })).status).toBe(401);
  expect((await send({ sig })).status).toBe(200);
  expect(await replies()).toMatchObject([{ text: 'STOP & = go' }]);
});

it('what counts is what was written last, in whichever order texts arrive', async () => {
  const start = app.clock.now().getTime() - 30 * 60_000;
  const written = fc.uniqueArray(fc.record({ words: fc.constantFrom('stop', 'start', 'hello'), minute: fc.nat(20) }), {
    ...{ minLength: 2, maxLength: 5 },
    selector: ({ minute }) => minute,
  });
  const orders = written.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
  await fc.assert(
    fc.asyncProperty(orders, async (texts) => {
      await app.sql(sql`delete from reply`);
      await app.sql(sql`delete from suppression`);
      await app.sql(sql`delete from consent_change`);
      await app.sql(sql`update contact set sms_suppressed = false, sms_consent = 'subscribed'`);
      for (const { words, minute } of texts) await text(words, ADA, 'http', new Date(start + minute * 60_000));
      const asked = texts.filter(({ words }) => words !== 'hello').sort((one, other) => one.minute - other.minute);
      expect(await stateOf(ADA)).toEqual(asked.at(-1)?.words === 'stop' ? ended : going);
    }),
    { numRuns: 15 },
  );
});

it('texts go with the person who wrote them', async () => {
  await text('Hello', BOB);
  await text('Hello', ADA);
  expect((await app.request('GET', '/contacts/2/export')).body.records.replies).toMatchObject([{ text: 'Hello' }]);
  expect((await app.request('POST', '/contacts/2/erase')).status).toBe(200);
  expect(await replies()).toMatchObject([{ phone: ADA }]);
});

it('texts from before somebody had the number go with who has it, unless they were somebody else’s', async () => {
  const phone = '+4915112345888';
  await text('Before', phone);
  const first = (await app.request('POST', '/contacts', { phone })).body;
  await text('Hers', phone);
  await app.request('DELETE', `/contacts/${first.id}`);
  const { id } = (await app.request('POST', '/contacts', { phone })).body;
  await text('His', phone);
  const told = (await app.request('GET', `/contacts/${id}/export`)).body.records.replies;
  expect(told).toMatchObject([{ text: 'Before' }, { text: 'His' }]);
  expect((await app.request('POST', `/contacts/${id}/erase`)).status).toBe(200);
  expect(await replies()).toMatchObject([{ text: 'Hers' }]);
});
