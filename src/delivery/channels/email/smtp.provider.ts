import { classifySmtpFailure, type SmtpFailure, wasStale } from '../../domain/smtp-reply.js';
import type { AccountCheck } from '../../domain/account-check.js';
import { NOT_STARTED, type OutgoingMessage, type Provider, type SendResult } from '../provider.js';
import { isAscii, parseAddress, parseSender } from '../../../platform/email-address.js';
import type { DkimSigner } from './dkim-signer.js';
import { MimeWriter } from './mime-message.js';
import type { ReturnPath } from './return-path.js';
import { SmtpConnectionPool } from './smtp-connection-pool.js';
import { dial, dialPublic } from './smtp-dial.js';
import type { Parcel, SmtpSession } from './smtp-session.js';
import { SMTP_TIMEOUTS, type SmtpTimeouts } from './smtp-timeouts.js';
import { parseSmtpUrl } from './smtp-url.js';

export interface SmtpProviderOptions {
  /** `smtp` unless given. */
  name?: string;
  /** `smtp[s]://[user:password@]host[:port][?tls=required][&rejectUnauthorized=false]`. */
  url: string;
  /** `address` or `Name <address>`: who emails are from unless their campaign says otherwise. */
  from: string;
  /** Signs every message; none is signed without it. */
  signer?: DkimSigner | null;
  /** The address that MAIL FROM gives for each delivery; the sender's own without it. */
  returnPath?: ReturnPath | null;
  /** Whether the server may be in our own network; true unless given, for the operator says where it is. */
  allowPrivate?: boolean;
  /** Default 10. */
  maxConnections?: number;
  /** Messages a connection carries before it is replaced. Default 1000. */
  maxMessages?: number;
  /** Milliseconds; what is left out keeps its default. */
  timeouts?: Partial<SmtpTimeouts>;
  /** The time that messages are dated by; this machine's unless given. */
  now?: () => Date;
  /** Hears about connections that could not be opened. */
  log?: (line: string) => void;
}

/** Sends email over persistent SMTP connections, one recipient per transaction. */
export class SmtpProvider implements Provider {
  readonly name: string;
  readonly channel = 'email';
  private readonly pool: SmtpConnectionPool;
  private readonly mime: MimeWriter;
  private readonly signer: DkimSigner | null;
  private readonly returnPath: ReturnPath | null;
  private readonly maxConnections: number;
  private readonly now: () => Date;
  private readonly staleMs: number;
  private inFlight = 0;
  private closed: Promise<void> | null = null;
  private onDrained: () => void = () => undefined;

  /** Throws an Error if the URL or the sender is not usable. Connects only when there is something to send. */
  constructor(options: SmtpProviderOptions) {
    this.name = options.name ?? 'smtp';
    const { url, from, signer, returnPath, maxConnections = 10, maxMessages = 1_000, timeouts, log } = options;
    const open = (options.allowPrivate ?? true) ? dial : dialPublic;
    const server = parseSmtpUrl(url);
    const all = { ...SMTP_TIMEOUTS, ...timeouts };
    this.mime = new MimeWriter(parseSender(from));
    this.signer = signer ?? null;
    this.returnPath = returnPath ?? null;
    this.maxConnections = maxConnections;
    this.now = options.now ?? (() => new Date());
    this.staleMs = all.staleMs;
    this.pool = new SmtpConnectionPool(
      (signal) => open(server, all, signal),
      { maxConnections, maxMessages, idleMs: all.idleMs },
      log ?? (() => undefined),
    );
  }

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    if (this.closed) return { outcome: 'deferred', scope: 'provider', code: 'provider_closed' };
    const to = parseAddress(message.to);
    if (to === null) return { outcome: 'rejected', code: 'bad_address', response: 'Not a plain email address' };
    this.inFlight++;
    try {
      return await this.deliver(to, message, mayStart);
    } finally {
      if (--this.inFlight === 0) this.onDrained();
    }
  }

  /** As far as a message would go: connection, TLS and login. */
  async check(): Promise<AccountCheck> {
    const dialled = await this.pool.acquire();
    if ('session' in dialled) {
      this.pool.release(dialled.session);
      return { verdict: 'ok', detail: 'it takes the connection, as configured' };
    }
    const result = { scope: null, ...classifySmtpFailure(dialled.failure) };
    const verdict = result.scope === 'account' || result.outcome === 'rejected' ? 'refused' : 'unreachable';
    return { verdict, detail: `${result.code}: ${result.response}` };
  }

  /** Lets messages in flight finish, then says QUIT on every connection. */
  close(): Promise<void> {
    return (this.closed ??= this.drain());
  }

  private async drain(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onDrained = resolve));
    await this.pool.close();
  }

  /** The message, and whom its envelope names as the sender. */
  private async write(message: OutgoingMessage, to: string): Promise<Pick<Parcel, 'from' | 'message'>> {
    const { sender, head, body } = this.mime.write(message, to, this.now());
    const signature = this.signer ? await this.signer.sign(head, body) : '';
    const from = this.returnPath?.for(message.deliveryKey) ?? sender.address;
    return { from, message: Buffer.concat([Buffer.from(signature + head), ...body]) };
  }

  /** Tries again only when an already used connection turns out to be dead; each time that leaves one dead one less. */
  private async deliver(to: string, message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    for (let spare = this.maxConnections; ; spare--) {
      const dialled = await this.pool.acquire();
      if ('failure' in dialled) return classifySmtpFailure(dialled.failure);
      const { session } = dialled;
      const reused = session.transactions > 0;
      const idleForLong = session.idleMs >= this.staleMs;
      try {
        const result = await this.transact(session, to, message, mayStart);
        if (!('failure' in result)) return result;
        if (!(reused && spare > 0 && wasStale(result.failure, idleForLong))) return classifySmtpFailure(result.failure);
      } finally {
        this.pool.release(session);
      }
    }
  }

  private async transact(
    session: SmtpSession,
    to: string,
    message: OutgoingMessage,
    mayStart: () => boolean,
  ): Promise<SendResult | { failure: SmtpFailure }> {
    if (!isAscii(to) && !session.offersUtf8)
      return { outcome: 'rejected', code: 'smtputf8_unsupported', response: 'The server takes ASCII addresses only' };
    // Written only now: of the hundreds that wait for a connection none takes memory for its bytes.
    const parcel = { ...(await this.write(message, to)), to, mayStart };
    const end = await session.transact(parcel);
    if (end === 'not_started') return { outcome: 'deferred', scope: 'provider', code: NOT_STARTED };
    return 'failure' in end ? end : { outcome: 'sent', providerMessageId: wordsOf(end.accepted) };
  }
}

/** The text of a 250 reply, which usually names the server's own queue id. */
function wordsOf(reply: string): string {
  const text = reply.replace(/^250[ -]?/gm, '').replace(/\s+/g, ' ');
  return text.trim().slice(0, 200);
}
