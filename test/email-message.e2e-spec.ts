import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import libmime from 'libmime';
import PostalMime from 'postal-mime';
import { DkimSigner } from '../src/delivery/channels/email/dkim-signer.js';
import { RETURN_PATH, type ReturnPath } from '../src/delivery/channels/email/return-path.js';
import { SmtpProvider } from '../src/delivery/channels/email/smtp.provider.js';
import { startApp, type TestApp } from './support/app.js';
import { verifyDkim } from './support/dkim-reading.js';
import { carryOut, ledgerOf } from './support/engine.js';
import { makeSegment } from './support/factories.js';
import { SmtpSink } from './support/smtp-sink.js';

const ADDRESS = 'Bell & Sons, 1 Bell Lane, Example Town';
const LINK = /https:\/\/news\.example\.com\/unsubscribe\/[\w-]+/;
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let app: TestApp;
let sink: SmtpSink;
let smtp: SmtpProvider;
beforeAll(async () => {
  sink = await SmtpSink.start();
  const env = { PUBLIC_URL: 'https://news.example.com', POSTAL_ADDRESS: ADDRESS, BOUNCE_DOMAIN: 'bounces.example.com' };
  app = await startApp({ env: { ...env, EMAIL_FROM: 'Bell <bell@example.com>', EMAIL_SENDERS: 'example.net' } });
  smtp = new SmtpProvider({
    url: sink.url,
    from: 'Bell <bell@example.com>',
    signer: new DkimSigner({ domain: 'example.com', selector: 'bell', privateKey }),
    returnPath: app.app.get<ReturnPath>(RETURN_PATH),
  });
  app.providers.email.answer = (message) => smtp.send(message, () => true);
  await makeSegment(app, 'readers');
  for (const [email, first_name, plan] of [
    ['ada@example.org', 'Ada & <Co>', 'pro'],
    ['bob@example.org', 'Bob', 'free'],
  ])
    await app.request('POST', '/contacts', { email, first_name, attributes: { plan }, segments: ['readers'] });
});
afterAll(async () => {
  await smtp.close();
  await sink.stop();
  await app.close();
});
afterEach(() => void sink.accepted.splice(0));

/** Sends a campaign to both, and answers what arrived, by the recipient's name before the @. */
async function arriving(overrides: object) {
  const run = await carryOut(app, { target_segment: 'readers', subject: 'News', ...overrides });
  const mails = await Promise.all(
    sink.accepted.map(async ({ raw, from, to }) => {
      const { html, text, headers, from: sender, replyTo } = await PostalMime.parse(raw);
      const of = (name: string) => headers.filter(({ key }) => key === name).map(({ value }) => value);
      return { to: to.split('@')[0]!, raw, envelope: from, html, text, of, sender, replyTo };
    }),
  );
  const byName = Object.fromEntries(mails.map((mail) => [mail.to, mail]));
  return { run, ada: byName.ada!, bob: byName.bob! };
}

describe('a marketing email', () => {
  it('has a way out, a postal address and the headers of bulk mail though its campaign says nothing of them', async () => {
    const { run, ada, bob } = await arriving({ message: 'Stay updated with the latest in tech!' });
    const link = LINK.exec(ada.text!)![0];
    expect(ada.html).toBeUndefined();
    expect(ada.text!.replaceAll('\r\n', '\n')).toBe(
      `Stay updated with the latest in tech!\n\n-- \n${ADDRESS}\nUnsubscribe: ${link}\n`,
    );
    expect(LINK.exec(bob.text!)![0]).not.toBe(link);
    expect(ada.of('list-unsubscribe')).toEqual([`<${link}>`]);
    expect(ada.of('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
    expect(ada.of('list-id')).toEqual([`<campaign-${run.campaign_id}.example.com>`]);
    expect(ada.of('feedback-id')).toEqual([`run-${run.id}:campaign-${run.campaign_id}:marketing:campanile`]);
    expect([ada.of('precedence'), ada.of('auto-submitted')]).toEqual([['bulk'], ['auto-generated']]);
  });

  it('is signed, the way out with it, and comes back to an address that tells whose it was', async () => {
    const { run, ada } = await arriving({ message: 'Héllo {{ first_name }}', format: 'html', kind: 'marketing' });
    expect(verifyDkim(ada.raw, publicKey)).toMatchObject({
      d: 'example.com',
      s: 'bell',
      signed: expect.arrayContaining(['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id']),
    });
    const tampered = Buffer.from(ada.raw.toString('latin1').replace('Subject: News', 'Subject: Fake'), 'latin1');
    expect(() => verifyDkim(tampered, publicKey)).toThrow('not good');
    expect(ada.envelope).toMatch(/^bounce\+[0-9a-z.]{10,57}@bounces\.example\.com$/);
    const returnPath = app.app.get<ReturnPath>(RETURN_PATH);
    const { contact_id: contactId } = (await ledgerOf(app, run.id))['ada@example.org']!;
    expect(returnPath.read(ada.envelope.toUpperCase())).toMatchObject({ runId: run.id, contactId });
    expect(returnPath.read(ada.envelope.replace('+', '+1'))).toBeNull();
    expect(returnPath.read(ada.envelope.replace('bounces.', 'others.'))).toBeNull();
  });

  it('in HTML has a text besides, made from it for each recipient', async () => {
    const message = `<html><body class="a"><h1>Hi {{ first_name }}</h1>{% if attributes.plan == 'pro' %}<p>For pros.</p>{% endif %}
      <p>Read <a href="https://example.com/{{ attributes.plan }}">more</a></p></body></html>`;
    const { ada, bob } = await arriving({ message, format: 'html', preheader: 'For {{ first_name }} <only>' });
    expect(ada.raw.toString()).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(ada.text).toMatch(/^Hi Ada & <Co>\s+For pros\.\s+Read more \(https:\/\/example\.com\/pro\)\s+-- /);
    expect(bob.text).toMatch(/^Hi Bob\s+Read more \(https:\/\/example\.com\/free\)\s+-- /);
    expect(ada.text).not.toContain('only');
    expect(ada.html).toMatch(
      /^<html><body class="a"><div style="display:none[^>]+>For Ada &amp; &lt;Co&gt; &lt;only&gt;<\/div>/,
    );
    expect(ada.html).toMatch(/Bell &amp; Sons[^]*<a href="https:[^"]+">Unsubscribe<\/a><\/p><\/body><\/html>\s*$/);
    expect(ada.text).toMatch(new RegExp(`${ADDRESS}\\r?\\nUnsubscribe: ${LINK.source}\\s*$`));
  });

  it('says nothing twice, and has its footer where a condition left the link out', async () => {
    const message = `<p>Hi</p>{% if attributes.plan == 'pro' %}<a href="{{ unsubscribe_url }}">out</a> {{ postal_address }}{% endif %}`;
    const { ada, bob } = await arriving({ message, format: 'html', text: 'T {{ first_name }} {{ unsubscribe_url }}' });
    for (const { html, text } of [ada, bob]) {
      for (const words of [html!, text!]) {
        expect(words.match(new RegExp(LINK, 'g'))).toHaveLength(1);
        expect(words.match(/1 Bell Lane/g)).toHaveLength(1);
      }
      expect(text).toMatch(/^T /);
    }
    expect([ada.html, bob.html].map((html) => html!.includes('>Unsubscribe<'))).toEqual([false, true]);
  });

  it('is not sent where its template leaves out the link and nothing may be added', async () => {
    const message = '{% if first_name == "Bob" %}{{ unsubscribe_url }}{% endif %} {{ postal_address }}';
    const { run } = await arriving({ message, footer: 'none' });
    expect(sink.accepted.map(({ to }) => to)).toEqual(['bob@example.org']);
    expect((await ledgerOf(app, run.id))['ada@example.org']).toMatchObject({
      outcome: 'failed',
      reason: 'render_error',
    });
  });
});

describe('an email', () => {
  it('is from whom, answered to where, and headed as its campaign says', async () => {
    const headers = { 'X-Owner': 'growth', 'X-Name': 'Zoë' };
    const sender = { name: 'Zoë, of Bells', email: 'zoe@example.net' };
    const { ada } = await arriving({ message: 'Hi', sender, reply_to: 'hello@example.org', headers });
    expect(ada.sender).toEqual({ name: 'Zoë, of Bells', address: 'zoe@example.net' });
    expect(ada.replyTo).toEqual([{ name: '', address: 'hello@example.org' }]);
    expect([...ada.of('x-owner'), ...ada.of('x-name')].map((value) => libmime.decodeWords(value))).toEqual([
      'growth',
      'Zoë',
    ]);
    expect(ada.of('message-id')[0]).toMatch(/@example\.net>$/);
    verifyDkim(ada.raw, publicKey);
  });

  it.each([
    ['  two  spaces \t \n\n.\nends with lines \n \n\n', '7bit'],
    ['', '7bit'],
    ['Grüße  \n\n', 'base64'],
  ])('is signed as receivers read it: %j', async (message, encoding) => {
    const { ada } = await arriving({ message: `${message}{{ none }}`, kind: 'transactional' });
    expect(ada.of('content-transfer-encoding')).toEqual([encoding]);
    verifyDkim(ada.raw, publicKey);
  });

  it('that is transactional is not bulk mail, and nothing is added to it', async () => {
    const { ada } = await arriving({ message: 'Your order', kind: 'transactional' });
    expect(ada.text!.trim()).toBe('Your order');
    for (const name of ['list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'precedence'])
      expect([name, ada.of(name)]).toEqual([name, []]);
  });
});
