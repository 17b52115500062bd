import type { Sender } from '../../../platform/email-address.js';
import type { OutgoingMessage } from '../provider.js';
import { type EditionHeaders, headersOf, unsubscribeLines } from './edition-headers.js';
import type { Edition } from './letter.js';
import { type MimeBody, MimeBodyWriter, remember } from './mime-body.js';
import { encodeMailbox, encodeText } from './mime-header.js';

const DELIVERY_KEY = /^[\w.-]{1,64}$/;

/** A message in two halves, CRLF line breaks throughout: the headers with the empty line after them, and the rest. */
export interface MimeMessage {
  sender: Sender;
  head: string;
  body: Buffer[];
}

/**
 * Turns messages into RFC 5322 bytes. What does not change from one recipient to the next (an edition's headers, subject,
 * body of an unpersonalised campaign, date within a second) is encoded once and remembered.
 */
export class MimeWriter {
  private readonly plainHeaders: EditionHeaders;
  private readonly editions = new WeakMap<Edition, EditionHeaders>();
  private readonly bodies = new MimeBodyWriter();
  private readonly subject = remember((text) => `Subject: ${encodeText(text, 9)}\r\n`);
  private readonly date = remember((text) => `Date: ${text.replace('GMT', '+0000')}\r\n`);

  constructor(private readonly own: Sender) {
    this.plainHeaders = headersOf(null, own);
  }

  /**
   * One whole message. `to` is an address that parseAddress returned. The Message-ID depends on the delivery key and the
   * sender alone, so every try of a delivery carries the same one (R8). Throws if the key isn't a plain token.
   */
  write(message: OutgoingMessage, to: string, now: Date): MimeMessage {
    const key = message.deliveryKey;
    if (!DELIVERY_KEY.test(key)) throw new Error(`Not a delivery key: ${JSON.stringify(key)}`);
    const { letter } = message;
    const { sender, lines } = letter ? this.headersFor(letter.edition) : this.plainHeaders;
    const { headers, parts } = this.bodyOf(message);
    const url = letter?.unsubscribeUrl ?? null;
    const head =
      lines +
      headers +
      `To: ${encodeMailbox(message.toName, to)}\r\n` +
      (message.subject === null ? '' : this.subject(message.subject)) +
      this.date(now.toUTCString()) +
      `Message-ID: <${key}@${sender.domain}>\r\nX-Delivery-Id: ${key}\r\n` +
      (url === null ? '' : unsubscribeLines(url)) +
      '\r\n';
    return { sender, head, body: parts };
  }

  private bodyOf({ letter, format, body }: OutgoingMessage): MimeBody {
    if (letter) return this.bodies.write(letter.bodies());
    return format === 'html' ? this.bodies.writeHtml(body) : this.bodies.write({ text: body, html: null });
  }

  private headersFor(edition: Edition): EditionHeaders {
    let headers = this.editions.get(edition);
    if (!headers) this.editions.set(edition, (headers = headersOf(edition, this.own)));
    return headers;
  }
}

/** The message as it travels. */
export const bytesOf = ({ head, body }: MimeMessage): Buffer => Buffer.concat([Buffer.from(head), ...body]);
