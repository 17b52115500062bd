/** No honest reply is longer, in bytes; one that grows beyond it never ends. */
const LONGEST_REPLY = 64 * 1024;
const CONTINUED = /^\d+-/;

/** Puts a server's replies together, however they were cut into packets, and bounds what is kept of one that does not end. */
export class ReplyReader {
  /** The lines of a reply that is not whole yet. */
  private lines = '';
  /** A line that is not whole yet. */
  private rest = '';

  /** The replies that a packet completes, each with its lines joined by LF; null once a reply is longer than any may be. */
  read(packet: Buffer): string[] | null {
    const text = packet.toString('latin1');
    const whole = text.includes('\n') ? (this.rest + text).split(/\r?\n/) : [this.rest + text];
    this.rest = whole.pop()!;
    const replies: string[] = [];
    for (const line of whole) {
      if (line === '') continue;
      this.lines += this.lines === '' ? line : `\n${line}`;
      if (CONTINUED.test(line)) continue;
      replies.push(readable(this.lines));
      this.lines = '';
    }
    return this.lines.length + this.rest.length > LONGEST_REPLY ? null : replies;
  }

  /** What a server that hung up had said last, without the end of the line. */
  lastWords(): string {
    return readable(this.rest.trim());
  }
}

/** Replies are UTF-8 or, from old servers, bytes of some other kind, which are kept as they are. */
function readable(latin1: string): string {
  const utf8 = /[\x80-\xff]/.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1;
  return utf8.includes('\ufffd') ? latin1 : utf8;
}
