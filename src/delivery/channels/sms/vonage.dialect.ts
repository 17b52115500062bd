import { smsSegments } from '../../../campaigns/domain/sms-segments.js';
import { type HttpAnswer, jsonOf, type OwnVerdict } from '../../domain/http-reply.js';
import { type Api, apiAt } from '../http/api-at.js';
import type { HttpDialect, HttpProbe, HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage } from '../provider.js';

export interface VonageAccount {
  apiKey: string;
  apiSecret: string;
  /** A number or a name of ours. */
  from: string;
  /** Default: `https://rest.nexmo.com`. */
  endpoint?: string;
}

/** What the status of a message means; it answers 200 to nearly everything. What stands here not at all rejects. */
const VERDICTS: Record<string, OwnVerdict['verdict']> = {
  '0': 'sent',
  '1': 'provider',
  '2': 'account',
  '4': 'account',
  // An error in the middle of the work: it may have been sent.
  '5': 'unknown',
  '8': 'account',
  '9': 'account',
  '10': 'provider',
  '11': 'account',
  '14': 'account',
  '15': 'account',
  '23': 'account',
  '29': 'account',
  '32': 'account',
};

/** Vonage, the SMS API: `POST /sms/json`. It knows no idempotency keys. */
export class VonageDialect implements HttpDialect {
  readonly channel = 'sms';
  readonly idempotent = false;
  private readonly api: Api;

  constructor(private readonly account: VonageAccount) {
    this.api = apiAt(account.endpoint ?? 'https://rest.nexmo.com');
  }

  request({ to, body: text, deliveryKey }: OutgoingMessage): HttpRequest {
    const { apiKey: api_key, apiSecret: api_secret, from } = this.account;
    // Characters beyond GSM 03.38 would arrive as question marks unless it is told.
    const type = smsSegments(text).encoding === 'gsm7' ? 'text' : 'unicode';
    const message = { to: to.replace(/^\+/, ''), from, text, type, 'client-ref': deliveryKey.slice(0, 100) };
    return {
      url: this.api('/sms/json'),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ api_key, api_secret, ...message }),
    };
  }

  /** Key and secret stand in the address: there is no other way to ask. */
  probe(): HttpProbe {
    const { apiKey: api_key, apiSecret: api_secret } = this.account;
    const url = this.api(`/account/get-balance?${new URLSearchParams({ api_key, api_secret })}`);
    return { url, headers: { accept: 'application/json' } };
  }

  /** A long message is several parts: where one was taken, taking it back is no longer possible. */
  verdict({ status, body }: HttpAnswer): OwnVerdict | null {
    if (status !== 200) return null;
    const { messages } = jsonOf(body);
    const parts = (Array.isArray(messages) ? messages : []) as Record<string, unknown>[];
    const part = parts.find((each) => each?.status === '0') ?? parts[0];
    if (typeof part?.status !== 'string') return { verdict: 'unknown', code: 'unreadable' };
    const messageId = part['message-id'];
    return {
      verdict: VERDICTS[part.status] ?? 'rejected',
      code: part.status,
      messageId: typeof messageId === 'string' ? messageId : null,
    };
  }
}
