import { type HttpAnswer, jsonOf, type OwnVerdict } from '../../domain/http-reply.js';
import { type Api, apiAt } from '../http/api-at.js';
import type { HttpDialect, HttpProbe, HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage } from '../provider.js';
import type { Sender } from '../../../platform/email-address.js';
import { BAD_ADDRESS, jsonHeaders, mailboxOf, partsOf } from './email-parts.js';

export interface ResendAccount {
  apiKey: string;
  sender: Sender;
  /** Default: `https://api.resend.com`. */
  endpoint?: string;
}

/** What its errors are about, where the status does not tell. */
const VERDICTS: Record<string, OwnVerdict['verdict']> = {
  invalid_from_address: 'account',
  invalid_access: 'account',
  // The first try with this key is still under way over there.
  concurrent_idempotent_requests: 'again',
  // Our earlier try had other words: it may well have been sent.
  invalid_idempotent_request: 'unknown',
};

/** Resend, `POST /emails`. It keeps idempotency keys for 24 hours. */
export class ResendDialect implements HttpDialect {
  readonly channel = 'email';
  readonly idempotent = true;
  private readonly api: Api;

  constructor(private readonly account: ResendAccount) {
    this.api = apiAt(account.endpoint ?? 'https://api.resend.com');
  }

  request(message: OutgoingMessage): HttpRequest | typeof BAD_ADDRESS {
    const parts = partsOf(message, this.account.sender);
    if (!parts) return BAD_ADDRESS;
    const body = JSON.stringify({
      from: mailboxOf(parts.from),
      to: [mailboxOf(parts.to)],
      subject: parts.subject,
      text: parts.text ?? undefined,
      html: parts.html ?? undefined,
      reply_to: parts.replyTo ?? undefined,
      headers: parts.headers,
      // Comes back with its reports; a tag has no full stops.
      tags: [{ name: 'delivery_id', value: message.deliveryKey.replaceAll(/[^\w-]/g, '-') }],
    });
    const account = { authorization: `Bearer ${this.account.apiKey}`, 'idempotency-key': message.deliveryKey };
    return { url: this.api('/emails'), headers: jsonHeaders(account), body };
  }

  /** A key that may only send is told so: then it is known. */
  probe(): HttpProbe {
    const headers = { authorization: `Bearer ${this.account.apiKey}`, accept: 'application/json' };
    return {
      ...{ url: this.api('/domains'), headers },
      read: (_, { name }) =>
        name === 'restricted_api_key' ? { verdict: 'ok', detail: 'it knows the key, which may only send' } : null,
    };
  }

  verdict({ status, body }: HttpAnswer): OwnVerdict | null {
    const { name } = jsonOf(body);
    const verdict = status >= 400 && typeof name === 'string' ? VERDICTS[name] : undefined;
    return verdict ? { verdict, code: name as string } : null;
  }
}
