import { type HttpAnswer, jsonOf, type OwnVerdict } from '../../domain/http-reply.js';
import type { HttpDialect, HttpProbe, HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage } from '../provider.js';
import type { Sender } from '../../../platform/email-address.js';
import { BAD_ADDRESS, jsonHeaders, mailboxOf, partsOf } from './email-parts.js';

export interface PostmarkAccount {
  serverToken: string;
  sender: Sender;
  /** Default: `broadcast`. */
  messageStream?: string;
  /** Default: `https://api.postmarkapp.com`. */
  endpoint?: string;
}

/** Error codes that are about the account: token, sender signature, credit, approval, the stream. All of them come with 422. */
const ACCOUNT_CODES = [10, 400, 401, 405, 412, 413, 1226, 1235];

/** Postmark, `POST /email`. It knows no idempotency keys. */
export class PostmarkDialect implements HttpDialect {
  readonly channel = 'email';
  readonly idempotent = false;
  private readonly url: URL;

  constructor(private readonly account: PostmarkAccount) {
    this.url = new URL('/email', account.endpoint ?? 'https://api.postmarkapp.com');
  }

  request(message: OutgoingMessage): HttpRequest | typeof BAD_ADDRESS {
    const { sender, serverToken, messageStream = 'broadcast' } = this.account;
    const parts = partsOf(message, sender);
    if (!parts) return BAD_ADDRESS;
    const body = JSON.stringify({
      From: mailboxOf(parts.from),
      To: mailboxOf(parts.to),
      Subject: parts.subject,
      TextBody: parts.text ?? undefined,
      HtmlBody: parts.html ?? undefined,
      ReplyTo: parts.replyTo ?? undefined,
      MessageStream: messageStream,
      // Comes back with its reports.
      Metadata: { delivery_id: message.deliveryKey },
      Headers: Object.entries(parts.headers).map(([Name, Value]) => ({ Name, Value })),
    });
    return { url: this.url, headers: jsonHeaders({ 'x-postmark-server-token': serverToken }), body };
  }

  probe(): HttpProbe {
    const headers = { 'x-postmark-server-token': this.account.serverToken, accept: 'application/json' };
    return { url: new URL('/server', this.url), headers };
  }

  verdict({ status, body }: HttpAnswer): OwnVerdict | null {
    const { ErrorCode: code, MessageID: messageId } = jsonOf(body);
    if (status === 200) return { verdict: 'sent', messageId: typeof messageId === 'string' ? messageId : null };
    if (status !== 422 || typeof code !== 'number') return null;
    return { verdict: ACCOUNT_CODES.includes(code) ? 'account' : 'rejected', code: String(code) };
  }
}
