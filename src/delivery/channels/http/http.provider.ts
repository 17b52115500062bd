import type { Channel } from '../../../audience/domain/channel.js';
import { OutboundHttp } from '../../../platform/outbound-http.js';
import { type AccountCheck, checkOf, type ReadProbe } from '../../domain/account-check.js';
import { classifyHttpReply, type HttpAnswer, type OwnVerdict } from '../../domain/http-reply.js';
import type { OutgoingMessage, Provider, ProviderAnswer, SendResult } from '../provider.js';

/** The one POST that hands a message over. */
export interface HttpRequest {
  url: URL;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** How an API takes a message and what it means by its answers. */
export interface HttpDialect {
  readonly channel: Channel;
  /** Whether it recognises a repeat by its key: then a message that it may have taken is sent again under the same one. */
  readonly idempotent: boolean;
  /** The request, or why there can be none for this recipient. */
  request(message: OutgoingMessage, now: Date): HttpRequest | { refused: ProviderAnswer };
  /** What it says in words of its own; null where the status tells all. */
  verdict?(answer: HttpAnswer): OwnVerdict | null;
  /** A question that shows whether it knows the account, and changes nothing; absent where it has none. */
  probe?(now: Date): HttpProbe;
}

/** A GET, and what its answers mean. */
export interface HttpProbe {
  url: URL;
  headers: Record<string, string>;
  read?: ReadProbe;
}

/** How its calls are made. */
export interface HttpOptions {
  name: string;
  /** Whether its URL may lead into our own network. */
  allowPrivate?: boolean;
  /** Default 10. */
  maxConnections?: number;
  /** Milliseconds for a connection, and again for an answer. Default 10,000. */
  timeoutMs?: number;
  now: () => Date;
}

/** Sends through any provider that takes a POST for each message. */
export class HttpProvider implements Provider {
  readonly name: string;
  readonly channel: Channel;
  private readonly http: OutboundHttp;
  private readonly now: () => Date;
  private closed: Promise<void> | null = null;

  /** Connects only when there is something to send. */
  constructor(
    private readonly dialect: HttpDialect,
    { name, allowPrivate = false, maxConnections: connections, timeoutMs, now }: HttpOptions,
  ) {
    this.name = name;
    this.channel = dialect.channel;
    this.http = new OutboundHttp({ allowPrivate, connections, timeoutMs, now });
    this.now = now;
  }

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    if (this.closed) return { outcome: 'deferred', scope: 'provider', code: 'provider_closed' };
    const request = this.dialect.request(message, this.now());
    if ('refused' in request) return { outcome: 'rejected', ...request.refused };
    const reply = await this.http.post({ ...request, mayLeave: mayStart });
    return classifyHttpReply(reply, this.dialect.idempotent, (answer) => this.verdictOf(answer));
  }

  async check(): Promise<AccountCheck | null> {
    const probe = this.dialect.probe?.(this.now());
    return probe ? checkOf(await this.http.get(probe.url, probe.headers), probe.read) : null;
  }

  close(): Promise<void> {
    return (this.closed ??= this.http.close());
  }

  private verdictOf(answer: HttpAnswer): OwnVerdict | null {
    return this.dialect.verdict?.(answer) ?? null;
  }
}
