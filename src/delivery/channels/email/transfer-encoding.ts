/** RFC 2045 §6.8. */
const BASE64_LINE = 76;
/** RFC 5322 §2.1.1, without its CRLF. */
const LONGEST_LINE = 998;
const CR = 13;
const LF = 10;

/** Between the parts of a message; no text travels as it is that has such a line. */
export const BOUNDARY = '=_campanile';

const PLAIN = /^[\t\r\n\x20-\x7e]*$/;

/** A line that ends a part, or before which mailboxes put a sign that breaks the message's signature. */
const MISTAKEN = new RegExp(`^(?:--${BOUNDARY}|From )`, 'm');

/** How a text travels (RFC 2045 §6): plain ASCII as it is, which every mail program and filter can read, else in base64. */
export type Encoding = '7bit' | 'base64';

/** A text as it travels; its bytes end with a line's end. */
export interface Transferred {
  encoding: Encoding;
  bytes: Buffer;
}

/** A text in its canonical form, UTF-8 with CRLF line breaks (RFC 2046 §4.1.1), as it travels. */
export function asTransferred(text: string): Transferred {
  const canonical = text.replace(/\r\n|\r|\n/g, '\r\n');
  if (!travelsAsItIs(canonical)) return { encoding: 'base64', bytes: inBase64(canonical) };
  const ended = canonical.endsWith('\r\n') ? canonical : `${canonical}\r\n`;
  return { encoding: '7bit', bytes: Buffer.from(ended, 'latin1') };
}

function travelsAsItIs(text: string): boolean {
  if (!PLAIN.test(text) || MISTAKEN.test(text)) return false;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\r\n', at);
    const stop = end < 0 ? text.length : end;
    if (stop - at > LONGEST_LINE) return false;
    at = stop + 2;
  }
  return true;
}

function inBase64(text: string): Buffer {
  const encoded = Buffer.from(Buffer.from(text).toString('base64'), 'latin1');
  const lines = Buffer.allocUnsafe(encoded.length + 2 * Math.ceil(encoded.length / BASE64_LINE));
  let end = 0;
  for (let at = 0; at < encoded.length; at += BASE64_LINE) {
    end += encoded.copy(lines, end, at, at + BASE64_LINE);
    lines[end++] = CR;
    lines[end++] = LF;
  }
  return lines;
}
