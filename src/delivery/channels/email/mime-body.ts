import { asTransferred, BOUNDARY, type Encoding, type Transferred } from './transfer-encoding.js';
import type { LetterBodies } from './letter.js';

type Subtype = 'plain' | 'html';

const headersOf = (subtype: Subtype, encoding: Encoding): string =>
  `Content-Transfer-Encoding: ${encoding}\r\nContent-Type: text/${subtype}; charset=utf-8\r\n`;

const ALTERNATIVE = `Content-Type: multipart/alternative; boundary="${BOUNDARY}"\r\n`;
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

/** The part of a message that comes after its own headers, and the headers that say what it is. */
export interface MimeBody {
  headers: string;
  parts: Buffer[];
}

/** Writes bodies; what was written last is remembered, for it is often the next recipient's, too. */
export class MimeBodyWriter {
  private readonly text = remember(asTransferred);
  private readonly html = remember(asTransferred);
  private readonly opening = remember((headers) => Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n`));
  private readonly htmlOpening = remember((headers) => Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n`));

  /** One part, or the text before the HTML: of alternatives the last is the best (RFC 2046 §5.1.4). */
  write({ text, html }: LetterBodies): MimeBody {
    if (html === null) return alone('plain', this.text(text));
    const [plain, rich] = [this.text(text), this.html(html)];
    const opening = this.opening(headersOf('plain', plain.encoding));
    const htmlOpening = this.htmlOpening(headersOf('html', rich.encoding));
    return { headers: ALTERNATIVE, parts: [opening, plain.bytes, htmlOpening, rich.bytes, END] };
  }

  /** HTML alone. */
  writeHtml(html: string): MimeBody {
    return alone('html', this.html(html));
  }
}

const alone = (subtype: Subtype, { encoding, bytes }: Transferred): MimeBody => ({
  headers: headersOf(subtype, encoding),
  parts: [bytes],
});

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
