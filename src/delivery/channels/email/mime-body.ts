import type { LetterBodies } from './letter.js';

const LINE_LENGTH = 76; // RFC 2045 §6.8
const CR = 13;
const LF = 10;

/** In no base64 there is such a line. */
const BOUNDARY = '=_campanile';

const headersOf = (subtype: string): string =>
  `Content-Transfer-Encoding: base64\r\nContent-Type: text/${subtype}; charset=utf-8\r\n`;

const ALTERNATIVE = `Content-Type: multipart/alternative; boundary="${BOUNDARY}"\r\n`;
const TEXT = headersOf('plain');
const HTML = headersOf('html');
const BEFORE_TEXT = Buffer.from(`--${BOUNDARY}\r\n${TEXT}\r\n`);
const BEFORE_HTML = Buffer.from(`--${BOUNDARY}\r\n${HTML}\r\n`);
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

/** The part of a message that comes after its own headers, and the headers that say what it is. */
export interface MimeBody {
  headers: string;
  parts: Buffer[];
}

/** Writes bodies; what was written last is remembered, for it is often the next recipient's, too. */
export class MimeBodyWriter {
  private readonly text = remember(encodeBody);
  private readonly html = remember(encodeBody);

  /** One part, or the text before the HTML: of alternatives the last is the best (RFC 2046 §5.1.4). */
  write({ text, html }: LetterBodies): MimeBody {
    if (html === null) return { headers: TEXT, parts: [this.text(text)] };
    return { headers: ALTERNATIVE, parts: [BEFORE_TEXT, this.text(text), BEFORE_HTML, this.html(html), END] };
  }

  /** HTML alone. */
  writeHtml(html: string): MimeBody {
    return { headers: HTML, parts: [this.html(html)] };
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

/** Remembers the last answer. */
export function remember<T>(encode: (text: string) => T): (text: string) => T {
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
