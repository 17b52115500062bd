import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Of how many messages the links are remembered. */
const REMEMBERED = 500;

/** A real SMTP server that counts how often it took each delivery and forgets the rest, for a soak takes long. */
export class Mailbox {
  /** How often each delivery was taken, by `run.contact`. */
  readonly taken = new Map<string, number>();
  private readonly links: string[] = [];
  private readonly server = new SMTPServer({
    logger: false,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        this.take(Buffer.concat(chunks).toString('latin1'));
        done();
      });
    },
  });

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    mailbox.server.on('error', () => undefined);
    await new Promise<void>((resolve) => mailbox.server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** The path of a pixel or a link of a recent message, each once; undefined where none is left. */
  link(): string | undefined {
    return this.links.shift();
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  private take(message: string): void {
    const [, run, contact] = /^Message-ID: <(\d+)\.(\d+)\./im.exec(message) ?? [];
    const delivery = `${run}.${contact}`;
    this.taken.set(delivery, (this.taken.get(delivery) ?? 0) + 1);
    const pixel = /\/o\/[\w.~-]+\.gif/.exec(message)?.[0];
    const click = /\/c\/[\w.~-]+/.exec(message)?.[0];
    for (const link of [pixel, click]) if (link && this.links.length < REMEMBERED) this.links.push(link);
  }
}
