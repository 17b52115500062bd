import libmime from 'libmime';

/** Takes a message of one part apart the way a mail reader would: RFC 5322 headers, RFC 2045 body. */
export function decodeMessage(raw: Buffer): { messageId: string; headers: string; body: string } {
  const text = raw.toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  const headers = text.slice(0, end);
  const encoded = text.slice(end + 4);
  const plain = headerOf(headers, 'Content-Transfer-Encoding') === '7bit';
  // Where nothing is encoded, the wire ends the last line (RFC 5321 §4.1.1.4), whether the text did or not.
  const sent = plain ? encoded.replace(/\r\n$/, '') : Buffer.from(encoded, 'base64').toString('utf8');
  const body = sent.replaceAll('\r\n', '\n');
  return { messageId: headerOf(headers, 'Message-ID') ?? '', headers, body };
}

/** The unfolded, still encoded value of a header; undefined if there is none. Throws if there are two. */
export function headerOf(headers: string, name: string): string | undefined {
  const lines = headers.replace(/\r\n[ \t]/g, ' ').split('\r\n');
  const values = lines.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  if (values.length > 1) throw new Error(`${name} is there ${values.length} times`);
  return values[0]?.slice(name.length + 1).trim();
}

/** The value of a header as a person would read it. */
export function readableHeader(headers: string, name: string): string | undefined {
  const value = headerOf(headers, name);
  return value === undefined ? undefined : libmime.decodeWords(value);
}
