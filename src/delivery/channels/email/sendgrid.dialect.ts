import { type HttpAnswer, jsonOf, type OwnVerdict } from '../../domain/http-reply.js';
import { type Api, apiAt } from '../http/api-at.js';
import type { HttpDialect, HttpProbe, HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage } from '../provider.js';
import type { Sender } from '../../../platform/email-address.js';
import { BAD_ADDRESS, type EmailParts, jsonHeaders, partsOf } from './email-parts.js';

export interface SendgridAccount {
  apiKey: string;
  sender: Sender;
  /** Default: `https://api.sendgrid.com`. */
  endpoint?: string;
}

/** SendGrid, `POST /v3/mail/send`. It knows no idempotency keys. */
export class SendgridDialect implements HttpDialect {
  readonly channel = 'email';
  readonly idempotent = false;
  private readonly api: Api;

  constructor(private readonly account: SendgridAccount) {
    this.api = apiAt(account.endpoint ?? 'https://api.sendgrid.com');
  }

  request(message: OutgoingMessage): HttpRequest | typeof BAD_ADDRESS {
    const parts = partsOf(message, this.account.sender);
    if (!parts) return BAD_ADDRESS;
    const body = JSON.stringify({
      personalizations: [{ to: [boxOf(parts.to)] }],
      from: boxOf(parts.from),
      subject: parts.subject,
      content: contentOf(parts),
      reply_to: parts.replyTo === null ? undefined : { email: parts.replyTo },
      headers: parts.headers,
      // Comes back with its events.
      custom_args: { delivery_id: message.deliveryKey },
    });
    return {
      url: this.api('/v3/mail/send'),
      headers: jsonHeaders({ authorization: `Bearer ${this.account.apiKey}` }),
      body,
    };
  }

  /** Any key may ask what it may do. */
  probe(): HttpProbe {
    const headers = { authorization: `Bearer ${this.account.apiKey}`, accept: 'application/json' };
    return {
      ...{ url: this.api('/v3/scopes'), headers },
      read: ({ status }, { scopes }) =>
        status === 200 && Array.isArray(scopes) && !scopes.includes('mail.send')
          ? { verdict: 'refused', detail: 'the key may not send: it lacks mail.send' }
          : null,
    };
  }

  verdict({ status, headers = {}, body }: HttpAnswer): OwnVerdict | null {
    if (status === 202) return { verdict: 'sent', messageId: headers['x-message-id'] ?? null };
    if (status !== 400) return null;
    const { errors } = jsonOf(body);
    const fields = Array.isArray(errors) ? errors.map((error) => String((error as { field?: unknown })?.field)) : [];
    return fields.some((field) => field.startsWith('from')) ? { verdict: 'account', code: 'from' } : null;
  }
}

const boxOf = ({ email, name }: EmailParts['to']) => (name === null ? { email } : { email, name });

/** It wants the text first. */
const contentOf = ({ text, html }: EmailParts) => [
  ...(text === null ? [] : [{ type: 'text/plain', value: text }]),
  ...(html === null ? [] : [{ type: 'text/html', value: html }]),
];
