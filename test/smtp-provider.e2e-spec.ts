import { afterEach, describe, expect, it } from '@jest/globals';
import { SmtpProvider, type SmtpProviderOptions } from '../src/delivery/channels/email/smtp.provider.js';
import type { OutgoingMessage, SendResult } from '../src/delivery/channels/provider.js';
import { headerOf, readableHeader } from './support/mime-reading.js';
import { describeProviderContract, outgoing } from './support/provider-contract.js';
import { SmtpSink, type SinkOptions } from './support/smtp-sink.js';

const timeouts = { connectMs: 2_000, greetingMs: 2_000, commandMs: 2_000, answerMs: 2_000, idleMs: 10_000 };
const from = '"Glöckner, Chief" <bell@example.com>';

describeProviderContract('smtp', async () => {
  const sink = await SmtpSink.start();
  return {
    provider: new SmtpProvider({ url: sink.url, from, timeouts }),
    to: 'ada@example.org',
    received: () => sink.accepted.map(({ body }) => body),
    refuse: () => (sink.script = (stage) => (stage === 'rcpt' ? { code: 450, text: '4.2.1 later' } : undefined)),
    stall: () => {
      const resume = sink.hold();
      return { reached: sink.until(() => sink.held > 0), resume };
    },
    tearDown: () => sink.stop(),
  };
});

describe('the SMTP provider', () => {
  let sink: SmtpSink;
  let provider: SmtpProvider;

  async function set(sinkOptions: SinkOptions = {}, options: Partial<SmtpProviderOptions> = {}): Promise<void> {
    sink = await SmtpSink.start(sinkOptions);
    provider = new SmtpProvider({ url: sink.url, from, timeouts, ...options });
  }
  const send = (overrides: Partial<OutgoingMessage> = {}): Promise<SendResult> =>
    provider.send(outgoing(overrides), () => true);
  const sendMany = (count: number): Promise<SendResult[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => send({ contactId: index + 1 })));

  afterEach(async () => {
    await provider.close();
    await sink.stop();
  });

  describe('a message', () => {
    it('arrives as it was written: names, subject and body in any script', async () => {
      await set();
      const body = `Grüße aus Straße 7 🎉\n.\n..dots\n\tПривет, ${'長い行'.repeat(200)}\n`;
      const subject = `Ünïcödé 🎉 ${'sehr langer Betreff '.repeat(10)}  zwei  Räume`;
      const result = await send({ toName: 'Zoë "Z" Ångström', subject, body, format: 'html' });
      expect(result).toEqual({ outcome: 'sent', providerMessageId: 'OK queued as 1' });
      const [mail] = sink.accepted;
      expect(mail).toMatchObject({
        from: 'bell@example.com',
        to: 'ada@example.org',
        body,
        messageId: '<7.1@example.com>',
      });
      expect(readableHeader(mail!.headers, 'Subject')).toBe(subject);
      expect(readableHeader(mail!.headers, 'To')).toBe('Zoë "Z" Ångström <ada@example.org>');
      expect(readableHeader(mail!.headers, 'From')).toBe('Glöckner, Chief <bell@example.com>');
      expect(headerOf(mail!.headers, 'Content-Type')).toBe('text/html; charset=utf-8');
      expect(headerOf(mail!.headers, 'Content-Transfer-Encoding')).toBe('base64');
      expect(headerOf(mail!.headers, 'X-Delivery-Id')).toBe('7.1');
      expect(headerOf(mail!.headers, 'Precedence')).toBe('bulk');
      expect(Math.abs(Date.parse(headerOf(mail!.headers, 'Date')!) - mail!.at.getTime())).toBeLessThan(5_000);
    });

    it('keeps its Message-ID from one attempt to the next', async () => {
      await set();
      sink.script = (stage) => (stage === 'dot' ? { code: 451, text: 'later' } : undefined);
      await send({ attempt: 1 });
      sink.script = () => undefined;
      await send({ attempt: 2, deliveryKey: '7.1' });
      await send({ attempt: 3, deliveryKey: '7.1' });
      await send({ contactId: 2 });
      expect(sink.accepted.map(({ messageId }) => messageId)).toEqual([
        '<7.1@example.com>',
        '<7.1@example.com>',
        '<7.2@example.com>',
      ]);
    });

    it('cannot smuggle a header, a recipient or a second message', async () => {
      await set();
      const evil = 'Hi\r\nBcc: eve@example.org\n\n.\r\nMAIL FROM:<x@y>\rX: y';
      expect(await send({ subject: evil, toName: evil, body: `${evil}\r\n.\r\nQUIT\r\n` })).toMatchObject({
        outcome: 'sent',
      });
      expect(sink.accepted).toHaveLength(1);
      const names = sink.accepted[0]!.headers.replace(/\r\n[ \t]/g, ' ').match(/^[^:\r\n]+/gm);
      expect(names!.sort()).toEqual(
        ['Content-Transfer-Encoding', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID'].concat([
          'Precedence',
          'Subject',
          'To',
          'X-Delivery-Id',
        ]),
      );
      expect(sink.commands.filter((command) => !['EHLO', 'MAIL', 'RCPT', 'DATA'].includes(command))).toEqual([]);
    });

    it('to anything but one plain address is rejected without a connection', async () => {
      await set();
      for (const to of [
        'ada@example.org\r\nRCPT TO:<eve@example.org>',
        'a@b.c,d@e.f',
        'Ada <a@b.c>',
        'a b@c.d',
        'ada',
        '',
      ])
        expect(await send({ to })).toMatchObject({ outcome: 'rejected', code: 'bad_address' });
      expect(sink.connections).toBe(0);
    });

    it('to an address beyond ASCII needs a server that takes those; a domain alone does not', async () => {
      await set();
      expect(await send({ to: 'zoë@example.org' })).toMatchObject({ outcome: 'sent' });
      expect(await send({ to: 'zoe@münchen.example' })).toMatchObject({ outcome: 'sent' });
      expect(sink.accepted.map(({ to }) => to)).toEqual(['zoë@example.org', 'zoe@münchen.example']);
      expect(headerOf(sink.accepted[1]!.headers, 'To')).toContain('<zoe@xn--mnchen-3ya.example>');
      const old = await SmtpSink.start({ without: ['SMTPUTF8'] });
      const other = new SmtpProvider({ url: old.url, from, timeouts });
      const refused = await other.send(outgoing({ to: 'zoë@example.org' }), () => true);
      expect(refused).toMatchObject({ outcome: 'rejected', code: 'smtputf8_unsupported' });
      await other.close();
      expect(old.commands).not.toContain('MAIL');
      await old.stop();
    });
  });

  describe('connections', () => {
    it('carry 200 messages at once over ten of them, and say QUIT at the end', async () => {
      await set();
      const results = await sendMany(200);
      expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true);
      expect(new Set(sink.accepted.map(({ messageId }) => messageId)).size).toBe(200);
      expect(sink.accepted).toHaveLength(200);
      expect(sink.connections).toBe(10);
      await provider.close();
      await sink.until(() => sink.openConnections === 0);
      expect(sink.commands.filter((command) => command === 'QUIT')).toHaveLength(10);
    });

    it('are opened on demand and reused', async () => {
      await set();
      for (const contactId of [1, 2, 3]) await send({ contactId });
      expect(sink.connections).toBe(1);
    });

    it('are replaced after their share of messages', async () => {
      await set({}, { maxConnections: 1, maxMessages: 3 });
      expect((await sendMany(10)).every(({ outcome }) => outcome === 'sent')).toBe(true);
      expect(sink.connections).toBe(4);
    });

    it('are closed when there was nothing to send for a while', async () => {
      await set({}, { timeouts: { ...timeouts, idleMs: 30 } });
      await send();
      await sink.until(() => sink.openConnections === 0);
      expect(sink.commands.at(-1)).toBe('QUIT');
      expect(await send()).toMatchObject({ outcome: 'sent' });
    });

    it('close while 50 messages are waiting for two of them: all are sent first', async () => {
      await set({}, { maxConnections: 2 });
      const sending = sendMany(50);
      await sink.until(() => sink.accepted.length > 0);
      await provider.close();
      expect(sink.accepted).toHaveLength(50);
      expect((await sending).every(({ outcome }) => outcome === 'sent')).toBe(true);
      await sink.until(() => sink.openConnections === 0);
    });
  });
});
