import type { OutgoingMessage, ProviderAnswer } from '../provider.js';
import { type HttpDialect, type HttpOptions, HttpProvider, type HttpRequest } from './http.provider.js';
import { DEFAULT_BODY, SmsRequest } from './sms-request.js';

export interface HttpSmsOptions extends Omit<HttpOptions, 'name'> {
  /** `http` unless given. */
  name?: string;
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
}

/** Sends text messages through any provider that takes a POST for each. */
export class HttpSmsProvider extends HttpProvider {
  /** Throws an Error that names the setting which is not usable. */
  constructor({ name = 'http', ...options }: HttpSmsOptions) {
    super(new HttpSmsDialect(options), { name, ...options });
  }
}

/** The API that an operator described by a URL and a body. */
class HttpSmsDialect implements HttpDialect {
  readonly channel = 'sms';
  readonly idempotent: boolean;
  private readonly url: URL;
  private readonly sms: SmsRequest;

  constructor({
    url,
    body = DEFAULT_BODY,
    headers = '{}',
    from = '',
    idempotent = false,
  }: Omit<HttpSmsOptions, 'name'>) {
    this.url = new URL(url);
    this.sms = new SmsRequest(body, headers, from);
    this.idempotent = idempotent;
  }

  /** One that cannot be filled surely does not leave. */
  request(message: OutgoingMessage): HttpRequest | { refused: ProviderAnswer } {
    const { headers } = this.sms;
    let body: string;
    try {
      body = this.sms.body(message);
    } catch (error) {
      return { refused: { code: 'body_not_filled', response: (error as Error).message } };
    }
    return {
      url: this.url,
      headers: this.idempotent ? { ...headers, 'idempotency-key': message.deliveryKey } : headers,
      body,
    };
  }
}
