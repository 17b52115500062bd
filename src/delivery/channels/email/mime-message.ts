import type { OutgoingMessage } from '../provider.js';
import type { Sender } from '../../../platform/email-address.js';
import { encodeMailbox, encodeText } from './mime-header.js';

const LINE_LENGTH = 76; // RFC 2045 §6.8
const CR = 13;
const LF = 10;
const DELIVERY_KEY = /^[\w.-]{1,64}$/;

/**
 * Turns messages into RFC 5322 bytes. What does not change from one recipient to the next (sender, subject, body of an
 * unpersonalised campaign, date within a second) is encoded once and remembered, one entry each.
 */
export class MimeWriter {
  private readonly constantHeaders: string;
  private readonly subject = remember((text) => `Subject: ${encodeText(text, 9)}\r\n`);
  private readonly body = remember(encodeBody);
  private readonly date = remember((text) => `Date: ${text.replace('GMT', '+0000')}\r\n`);

  constructor(private readonly sender: Sender) {
    const from = encodeMailbox(sender.name, sender.address);
    this.constantHeaders = `From: ${from}\r\nMIME-Version: 1.0\r\nPrecedence: bulk\r\nContent-Transfer-Encoding: base64\r\n`;
  }

  /**
   * One whole message, CRLF line breaks throughout. `to` is an address that parseAddress returned. The Message-ID depends
   * on the delivery key alone, so every try of a delivery carries the same one (R8). Throws if the key isn't a plain token.
   */
  write(message: OutgoingMessage, to: string, now: Date): Buffer {
    const key = message.deliveryKey;
    if (!DELIVERY_KEY.test(key)) throw new Error(`Not a delivery key: ${JSON.stringify(key)}`);
    const head =
      this.constantHeaders +
      `Content-Type: text/${message.format === 'html' ? 'html' : 'plain'}; charset=utf-8\r\n` +
      `To: ${encodeMailbox(message.toName, to)}\r\n` +
      (message.subject === null ? '' : this.subject(message.subject)) +
      this.date(now.toUTCString()) +
      `Message-ID: <${key}@${this.sender.domain}>\r\nX-Delivery-Id: ${key}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), this.body(message.body)]);
  }
}

/** Base64 in lines of 76 characters, of the text's canonical form: UTF-8 with CRLF line breaks (RFC 2045 §6.8, RFC 2046 §4.1.1). */
function encodeBody(body: string): Buffer {
  const encoded = Buffer.from(Buffer.from(body.replace(/\r\n|\r|\n/g, '\r\n')).toString('base64'), 'latin1');
  const lines = Buffer.allocUnsafe(encoded.length + 2 * Math.ceil(encoded.length / LINE_LENGTH));
  let end = 0;
  for (let at = 0; at < encoded.length; at += LINE_LENGTH) {
    end += encoded.copy(lines, end, at, at + LINE_LENGTH);
    lines[end++] = CR;
    lines[end++] = LF;
  }
  return lines;
}

function remember<T>(encode: (text: string) => T): (text: string) => T {
  let lastText: string | null = null;
  let last: T;
  return (text) => {
    if (text !== lastText) {
      last = encode(text);
      lastText = text;
    }
    return last;
  };
}
