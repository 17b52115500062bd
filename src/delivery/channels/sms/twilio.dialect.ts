import { type HttpAnswer, jsonOf, type OwnVerdict } from '../../domain/http-reply.js';
import type { ToldHarm } from '../../domain/told-harm.js';
import { type Api, apiAt } from '../http/api-at.js';
import type { HttpDialect, HttpProbe, HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage } from '../provider.js';

export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  /** A number or a name of ours, or `messagingServiceSid` instead. */
  from?: string;
  messagingServiceSid?: string;
  /** Default: `https://api.twilio.com`. */
  endpoint?: string;
  /** Where it reports what became of messages; null for nowhere. */
  reportsTo?: string | null;
}

/** Error codes that are about our sender or our account, though they come with 400. */
const ACCOUNT_CODES = [20003, 20005, 21212, 21266, 21603, 21606, 21611, 21659, 21660, 21701, 21703, 21705, 30002];
/** What it says of the number: its owner answered STOP, or it is none, or none that takes texts. */
const HARMS: Record<number, ToldHarm> = { 21610: 'unsubscribe', 21211: 'bounce', 21614: 'bounce' };
/** The sender's queue over there is full. */
const BUSY_CODES = [20429, 30001];

/** Twilio, `POST /2010-04-01/Accounts/<sid>/Messages.json`. It knows no idempotency keys. */
export class TwilioDialect implements HttpDialect {
  readonly channel = 'sms';
  readonly idempotent = false;
  private readonly api: Api;
  private readonly path: string;
  private readonly authorization: string;

  constructor(private readonly account: TwilioAccount) {
    const { accountSid, authToken, endpoint } = account;
    this.api = apiAt(endpoint ?? 'https://api.twilio.com');
    this.path = `/2010-04-01/Accounts/${encodeURIComponent(accountSid)}`;
    this.authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  }

  request({ to, body, deliveryKey }: OutgoingMessage): HttpRequest {
    const { from, messagingServiceSid, reportsTo } = this.account;
    const form = new URLSearchParams({ To: to, Body: body });
    if (messagingServiceSid) form.set('MessagingServiceSid', messagingServiceSid);
    else form.set('From', from ?? '');
    if (reportsTo) form.set('StatusCallback', `${reportsTo}?delivery=${encodeURIComponent(deliveryKey)}`);
    return {
      url: this.api(`${this.path}/Messages.json`),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        authorization: this.authorization,
      },
      body: form.toString(),
    };
  }

  probe(): HttpProbe {
    const headers = { authorization: this.authorization, accept: 'application/json' };
    return {
      ...{ url: this.api(`${this.path}.json`), headers },
      read: ({ status }, { status: state }) =>
        status === 200 && typeof state === 'string' && state !== 'active'
          ? { verdict: 'refused', detail: `the account is ${state}` }
          : null,
    };
  }

  verdict({ status, body }: HttpAnswer): OwnVerdict | null {
    const { code } = jsonOf(body);
    if (status < 400 || status >= 500 || typeof code !== 'number') return null;
    if (BUSY_CODES.includes(code)) return { verdict: 'provider', code: String(code) };
    if (ACCOUNT_CODES.includes(code)) return { verdict: 'account', code: String(code) };
    return status === 400 ? { verdict: 'rejected', code: String(code), harm: HARMS[code] } : null;
  }
}
