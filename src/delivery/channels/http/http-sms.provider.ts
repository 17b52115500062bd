import { OutboundHttp } from '../../../platform/outbound-http.js';
import { classifyHttpReply } from '../../domain/http-reply.js';
import type { OutgoingMessage, Provider, SendResult } from '../provider.js';
import { DEFAULT_BODY, SmsRequest } from './sms-request.js';

export interface HttpSmsOptions {
  /** Where each message is posted to. */
  url: string;
  /** Liquid over `to`, `text`, `from` and `id`; a JSON object of these unless given. */
  body?: string;
  /** A JSON object of header names and values. Default `{}`. */
  headers?: string;
  /** The sender that the template may speak of. */
  from?: string;
  /** Whether the provider honours `Idempotency-Key`: then a message it may have taken is sent again under its key. */
  idempotent?: boolean;
  /** Whether the URL may lead into our own network. */
  allowPrivate?: boolean;
  /** Default 10. */
  maxConnections?: number;
  /** Milliseconds for a connection, and again for an answer. Default 10,000. */
  timeoutMs?: number;
  now: () => Date;
}

/** Sends text messages through any provider that takes a POST for each. */
export class HttpSmsProvider implements Provider {
  readonly name = 'http';
  readonly channel = 'sms';
  private readonly url: URL;
  private readonly request: SmsRequest;
  private readonly http: OutboundHttp;
  private readonly idempotent: boolean;
  private readonly now: () => Date;
  private closed: Promise<void> | null = null;

  /** Throws an Error that names the setting which is not usable. Connects only when there is something to send. */
  constructor(options: HttpSmsOptions) {
    const { url, body = DEFAULT_BODY, headers = '{}', from = '', idempotent = false } = options;
    const { allowPrivate = false, maxConnections: connections, timeoutMs, now } = options;
    this.url = new URL(url);
    this.request = new SmsRequest(body, headers, from);
    this.http = new OutboundHttp({ allowPrivate, connections, timeoutMs });
    this.idempotent = idempotent;
    this.now = now;
  }

  async send(message: OutgoingMessage, mayStart: () => boolean): Promise<SendResult> {
    if (this.closed) return { outcome: 'deferred', scope: 'provider', code: 'provider_closed' };
    const { headers } = this.request;
    const reply = await this.http.post({
      url: this.url,
      headers: this.idempotent ? { ...headers, 'idempotency-key': message.deliveryKey } : headers,
      body: this.request.body(message),
      mayLeave: mayStart,
    });
    return classifyHttpReply(reply, this.idempotent, this.now());
  }

  close(): Promise<void> {
    return (this.closed ??= this.http.close());
  }
}
