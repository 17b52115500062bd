import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { decodeMessage } from './mime-reading.js';
import { Refusal, type SinkFault, type SinkScript, type SinkStage } from './smtp-sink-script.js';

/** One message the sink took responsibility for. */
export interface Acceptance {
  messageId: string;
  from: string;
  to: string;
  /** As it came. */
  raw: Buffer;
  /** The header block as it came. */
  headers: string;
  /** Decoded, with LF line breaks. */
  body: string;
  at: Date;
}

export interface SinkOptions {
  script?: SinkScript;
  tls?: 'starttls' | 'implicit';
  credentials?: { user: string; pass: string };
  /** What the greeting after EHLO leaves out. */
  without?: ('PIPELINING' | 'SMTPUTF8')[];
}

/** A real SMTP server on a free port of 127.0.0.1 that records every message before it answers 250, and fails on demand. */
export class SmtpSink {
  readonly accepted: Acceptance[] = [];
  /** Decides about every step; replace it at any time. */
  script: SinkScript;
  /** Connections ever made. */
  connections = 0;
  /** Every command line, in order of arrival, without arguments. */
  readonly commands: string[] = [];
  /** Answers to the dot that wait because of `hold`. */
  held = 0;
  private gate: Promise<void> | null = null;
  private readonly server: SMTPServer;
  private readonly watchers = new Set<() => void>();
  private readonly transactions = new Map<string, number>();

  private constructor(private readonly options: SinkOptions) {
    this.script = options.script ?? (() => undefined);
    this.server = new SMTPServer(this.serverOptions());
    this.server.on('error', () => undefined); // clients that vanish are part of the game
  }

  static async start(options: SinkOptions = {}): Promise<SmtpSink> {
    const sink = new SmtpSink(options);
    await new Promise<void>((resolve) => sink.server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** Where to send to, with the credentials if the sink asks for some. */
  get url(): string {
    const { tls, credentials } = this.options;
    const user = credentials && `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.pass)}@`;
    const options = tls ? '?rejectUnauthorized=false' : '';
    return `smtp${tls === 'implicit' ? 's' : ''}://${user ?? ''}127.0.0.1:${this.port}${options}`;
  }

  get openConnections(): number {
    return this.server.connections.size;
  }

  /** Resolves as soon as `condition` holds; looks whenever something happens here. Rejects after `withinMs`. */
  until(condition: () => boolean, withinMs = 5_000): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        if (!condition()) return;
        this.watchers.delete(watcher);
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => reject(new Error('The sink waited in vain')), withinMs);
      this.watchers.add(watcher);
    });
  }

  /** From now on answers to the dot wait, messages recorded, until the returned function is called. */
  hold(): () => void {
    let release!: () => void;
    this.gate = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** Ends every connection without a word, as a restarting server would. */
  hangUp(): void {
    for (const connection of this.server.connections) connection._socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(resolve));
    this.hangUp();
    await closed;
  }

  private serverOptions(): SMTPServerOptions {
    const { tls, credentials, without = [] } = this.options;
    return {
      logger: false, // silences the warning that the built-in certificate is for tests only: this is one
      secure: tls === 'implicit',
      disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(credentials ? [] : ['AUTH'])],
      hidePIPELINING: without.includes('PIPELINING'),
      hideSMTPUTF8: without.includes('SMTPUTF8'),
      authOptional: !credentials,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      onConnect: (session, done) => {
        this.connections++;
        this.listenIn(session);
        this.step('connect', session, '', done);
      },
      onAuth: ({ username, password }, session, done) => {
        const right = username === credentials?.user && password === credentials?.pass;
        const fault = right ? null : Object.assign(new Error('5.7.8 Bad credentials'), { responseCode: 535 });
        this.step('auth', session, '', (scripted) => done(scripted ?? fault, { user: username }));
      },
      onMailFrom: (_address, session, done) => this.step('mail', session, '', done),
      onRcptTo: ({ address }, session, done) => this.step('rcpt', session, address, done),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => this.receive(Buffer.concat(chunks), session, done));
      },
      onClose: () => this.tell(),
    };
  }

  /** The library asks nobody before it answers DATA with 354, and tells nobody about RSET or QUIT. */
  private listenIn(session: SMTPServerSession): void {
    const connection = this.connectionOf(session);
    const { handler_DATA: onData, _onCommand: onCommand } = connection;
    connection._onCommand = (line, next) => {
      this.commands.push(line.toString().split(/[ :]/)[0]!.toUpperCase());
      return onCommand.call(connection, line, next);
    };
    connection.handler_DATA = (line, next) =>
      this.step('data', session, this.recipient(session), (fault) => {
        if (!fault) return onData.call(connection, line, next);
        connection.send((fault as Refusal).responseCode, fault.message);
        next();
      });
  }

  private receive(raw: Buffer, session: SMTPServerSession, done: (fault: Error | null, text?: string) => void): void {
    const to = this.recipient(session);
    const fault = this.faultAt('dot', session, to);
    if (fault === undefined || fault === 'accept_then_close' || fault === 'accept_then_hang') {
      const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
      this.accepted.push({ from, to, raw, at: new Date(), ...decodeMessage(raw) });
    }
    this.transactions.set(session.id, this.transactionOf(session) + 1);
    const answer = (): void =>
      this.act(fault, session, (refusal) => done(refusal, `OK queued as ${this.accepted.length}`));
    if (this.gate) {
      this.held++;
      void this.gate.then(answer);
    } else answer();
    this.tell();
  }

  private step(stage: SinkStage, session: SMTPServerSession, to: string, done: (fault: Error | null) => void): void {
    const fault = this.faultAt(stage, session, to);
    this.tell();
    this.act(fault, session, done);
  }

  private faultAt(stage: SinkStage, session: SMTPServerSession, to: string): SinkFault | undefined {
    return this.script(stage, { to, transaction: this.transactionOf(session) });
  }

  private act(fault: SinkFault | undefined, session: SMTPServerSession, done: (fault: Error | null) => void): void {
    if (fault === undefined) return done(null);
    if (fault === 'close' || fault === 'accept_then_close') this.connectionOf(session)._socket.destroy();
    else if (typeof fault === 'object') done(new Refusal(fault.text, fault.code));
  }

  private recipient(session: SMTPServerSession): string {
    return session.envelope.rcptTo[0]?.address ?? '';
  }

  private transactionOf(session: SMTPServerSession): number {
    return this.transactions.get(session.id) ?? 0;
  }

  private connectionOf(session: SMTPServerSession) {
    return [...this.server.connections].find(({ id }) => id === session.id)!;
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }
}
