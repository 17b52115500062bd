import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What a client says: a verb, or `DOT` for the end of a message. `nth` counts the messages begun on all connections from 1. */
export type Said = (verb: string, about: { nth: number; to: string }) => string | undefined;

/** Answers that are none: the connection is closed, or the server falls silent for good. */
export const CLOSE = 'close';
export const HANG = 'hang';

/**
 * An SMTP server written out by hand, for what an honest server library would never do. It answers commands in the order of
 * their arrival, all of a packet in one packet, well behaved unless `said` has another answer.
 */
export class WireServer {
  /** What arrived, packet by packet, of all connections. */
  readonly packets: string[] = [];
  /** The recipients of messages that were ended by a dot and answered with 250. */
  readonly accepted: string[] = [];
  /** Bytes of messages that came, ended or not. */
  messageBytes = 0;
  connections = 0;
  /** Answers each command as usual unless it returns something. */
  said: Said = () => undefined;
  /** What comes in one packet behind a message's dot is lost. */
  deafBehindDot = false;
  private nth = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.serve(socket));

  private constructor(private readonly offers: string[]) {}

  static async start(offers = ['PIPELINING']): Promise<WireServer> {
    const wire = new WireServer(offers);
    await new Promise<void>((resolve) => wire.server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Says something to every client that it did not ask for. */
  blurt(words: string): void {
    for (const socket of this.sockets) socket.write(words);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket.setNoDelay().on('error', () => undefined));
    socket.on('close', () => this.sockets.delete(socket));
    let unread = '';
    let to = '';
    let inMessage = false;
    socket.write('220 wire\r\n');
    socket.on('data', (packet) => {
      this.packets.push(packet.toString());
      unread += packet.toString();
      let replies = '';
      for (;;) {
        const mark = inMessage ? '\r\n.\r\n' : '\r\n';
        const end = unread.indexOf(mark);
        if (inMessage) this.messageBytes += end < 0 ? unread.length : end;
        if (end < 0) break;
        const line = unread.slice(0, end);
        unread = inMessage && this.deafBehindDot ? '' : unread.slice(end + mark.length);
        const verb = inMessage ? 'DOT' : line.slice(0, 4).toUpperCase();
        if (verb === 'MAIL') this.nth++;
        if (verb === 'RCPT') to = /<(.*)>/.exec(line)![1]!;
        const answer = this.said(verb, { nth: this.nth, to }) ?? this.usual(verb);
        if (answer === HANG) return void (replies && socket.write(replies));
        if (answer === CLOSE) return void socket.end(replies);
        if (verb === 'DOT' && answer.startsWith('250')) this.accepted.push(to);
        inMessage = verb === 'DATA' && /^[23]/.test(answer);
        replies += `${answer}\r\n`;
      }
      if (replies) socket.write(replies);
    });
  }

  private usual(verb: string): string {
    if (verb === 'EHLO')
      return ['wire', ...this.offers]
        .map((line, at, all) => `250${at + 1 < all.length ? '-' : ' '}${line}`)
        .join('\r\n');
    if (verb === 'DATA') return '354 go on';
    return verb === 'QUIT' ? '221 bye' : `250 ${verb} done`;
  }
}
