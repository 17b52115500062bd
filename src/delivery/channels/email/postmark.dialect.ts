import { type HttpAnswer, jsonOf, type OwnVerdict } from '../../domain/http-reply.js';
import { type Api, apiAt } from '../http/api-at.js';
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

/** It sends nothing to this address: an earlier message came back for good, or brought a complaint. */
const INACTIVE = 406;

/** Postmark, `POST /email`. It knows no idempotency keys. */
export class PostmarkDialect implements HttpDialect {
  readonly channel = 'email';
  readonly idempotent = false;
  private readonly api: Api;

  constructor(private readonly account: PostmarkAccount) {
    this.api = apiAt(account.endpoint ?? 'https://api.postmarkapp.com');
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
    return { url: this.api('/email'), headers: jsonHeaders({ 'x-postmark-server-token': serverToken }), body };
  }

  probe(): HttpProbe {
    const headers = { 'x-postmark-server-token': this.account.serverToken, accept: 'application/json' };
    return { url: this.api('/server'), headers };
  }

  verdict({ status, body }: HttpAnswer): OwnVerdict | null {
    const { ErrorCode: code, MessageID: messageId } = jsonOf(body);
    if (status === 200) return { verdict: 'sent', messageId: typeof messageId === 'string' ? messageId : null };
    if (status !== 422 || typeof code !== 'number') return null;
    if (ACCOUNT_CODES.includes(code)) return { verdict: 'account', code: String(code) };
    return { verdict: 'rejected', code: String(code), harm: code === INACTIVE ? 'bounce' : undefined };
  }
}
