const DOT = 0x2e;

/**
 * A message as it travels behind DATA: a dot that begins a line is doubled (RFC 5321 §4.5.2), so that none can end the
 * message early, also behind a lone CR or LF that some server takes for a line's end. The very bytes where there is none.
 */
export function dotStuffed(message: Buffer): Buffer {
  if (message[0] !== DOT && !message.includes('\n.') && !message.includes('\r.')) return message;
  return Buffer.from(message.toString('latin1').replace(/(?<=^|[\r\n])\./g, '..'), 'latin1');
}
