import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import libmime from 'libmime';
import type { OutgoingMessage } from '../provider.js';
import { encodeMailbox, encodeText } from './mime-header.js';
import { MimeWriter } from './mime-message.js';

const NOON = new Date('2026-11-22T12:00:00Z');
const writer = new MimeWriter({ address: 'bell@example.com', name: 'Bell', domain: 'example.com' });
const message: OutgoingMessage = {
  ...{ runId: 7, contactId: 1, attempt: 1, to: 'ada@example.org', toName: 'Ada', subject: 'Hello', format: 'text' },
  ...{ body: 'Line 1\nLine 2', deliveryKey: '7.1' },
};
const writtenBy = (by: MimeWriter, overrides: Partial<OutgoingMessage> = {}): string => {
  const { head, body } = by.write({ ...message, ...overrides }, message.to, NOON);
  return Buffer.concat([Buffer.from(head), ...body]).toString('utf8');
};
const written = (overrides: Partial<OutgoingMessage> = {}): string => writtenBy(writer, overrides);

describe('a message', () => {
  it('is exactly this', () => {
    expect(written().split('\r\n')).toEqual([
      'From: Bell <bell@example.com>',
      'MIME-Version: 1.0',
      'Precedence: bulk',
      'Content-Transfer-Encoding: 7bit',
      'Content-Type: text/plain; charset=utf-8',
      'To: Ada <ada@example.org>',
      'Subject: Hello',
      'Date: Sun, 22 Nov 2026 12:00:00 +0000',
      'Message-ID: <7.1@example.com>',
      'X-Delivery-Id: 7.1',
      '',
      'Line 1',
      'Line 2',
      '',
    ]);
  });

  it('brings every body through', () => {
    const unit = fc.oneof(
      fc.constantFrom('\n', '\r', '.', ' ', 'From ', 'x'.repeat(400)),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(
        fc.array(unit).map((parts) => parts.join('')),
        (text) => {
          const [headers, ...rest] = written({ body: text }).split('\r\n\r\n');
          const body = rest.join('\r\n\r\n');
          const base64 = headers!.includes('Content-Transfer-Encoding: base64');
          expect(body).toMatch(/^(?:[\t\x20-\x7e]{0,998}\r\n)*$/);
          const read = base64 ? Buffer.from(body, 'base64').toString() : body;
          const meant = text.replace(/\r\n|\r|\n/g, '\r\n');
          expect([meant, `${meant}\r\n`]).toContain(read);
        },
      ),
    );
  });

  it('never shows one recipient the subject or body of another', () => {
    const texts = ['a', 'b', 'a', 'a', 'c'];
    const seen = texts.map((text) => written({ subject: text, body: text }));
    expect(seen).toEqual(
      texts.map((text) =>
        writtenBy(new MimeWriter({ address: 'bell@example.com', name: 'Bell', domain: 'example.com' }), {
          subject: text,
          body: text,
        }),
      ),
    );
  });

  it('has no subject if there is none, and refuses a key that would break its headers', () => {
    expect(written({ subject: null })).not.toContain('Subject');
    expect(() => written({ deliveryKey: '7.1>\r\nBcc: x' })).toThrow('Not a delivery key');
  });
});

describe('a header', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string());
  const lineOk = (line: string): boolean => /^[\x20-\x7e]{1,78}$/.test(line);

  it('is short printable ASCII lines, each but the first indented, whatever the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const value of [`Subject: ${encodeText(text, 9)}`, `To: ${encodeMailbox(text, 'ada@example.org')}`]) {
          const lines = value.split('\r\n');
          expect(lines.every(lineOk)).toBe(true);
          expect(lines.slice(1).every((line) => /^ \S/.test(line))).toBe(true);
        }
      }),
    );
  });

  it('reads as it was meant, control characters apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const clean = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
        expect(libmime.decodeWords(encodeText(text, 9).replaceAll('\r\n ', ' '))).toBe(clean);
      }),
    );
  });

  it.each([
    ['Hi\r\nBcc: eve@example.org', 'Hi Bcc: eve@example.org'],
    ['\0tab\tand\x7fdelete\u2028line\u0085', 'tab and delete line'],
    ['lone \ud800 surrogate', '=?UTF-8?B?bG9uZSDvv70gc3Vycm9nYXRl?='],
  ])('of the text %j is %j', (text, value) => expect(encodeText(text, 9)).toBe(value));

  it.each([
    ['Ada Lovelace', 'Ada Lovelace <a@b.c>'],
    ['Lovelace, Ada', '"Lovelace, Ada" <a@b.c>'],
    ['The "Countess" \\', '"The \\"Countess\\" \\\\" <a@b.c>'],
    ['eve@example.org', '"eve@example.org" <a@b.c>'],
    ['Zoë', '=?UTF-8?B?Wm/Dqw==?=\r\n <a@b.c>'],
    ['=?utf-8?Q?x?=', '=?UTF-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n <a@b.c>'],
    ['', 'a@b.c'],
    [' \r\n ', 'a@b.c'],
  ])('of a recipient named %j is %j', (name, mailbox) => expect(encodeMailbox(name, 'a@b.c')).toBe(mailbox));
});
