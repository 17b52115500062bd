import type { StoredSubscription } from '../../../audience/domain/stored-subscription.js';
import { MOST_PUSH_BYTES } from '../../../campaigns/domain/push-size.js';
import type { OutboundHttp } from '../../../platform/outbound-http.js';
import { type HttpAnswer, type HttpOutcome, jsonOf } from '../../domain/http-reply.js';
import type { HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage, ProviderAnswer } from '../provider.js';
import { payloadOf } from './push-payload.js';
import type { PushDialect, PushVerdict } from './push.provider.js';
import { AccessTokens, type ServiceAccount } from './service-account.js';

export interface FcmAccount {
  serviceAccount: ServiceAccount;
  /** Seconds that a message is kept for a device that is away. Default a day. */
  ttlSeconds?: number;
  priority?: 'normal' | 'high';
  /** Default: `https://fcm.googleapis.com`. */
  endpoint?: string;
}

/** What an error code means. What stands here not at all is left to the status. */
const VERDICTS: Record<string, PushVerdict> = {
  UNREGISTERED: { verdict: 'rejected', gone: true },
  SENDER_ID_MISMATCH: { verdict: 'rejected', gone: true },
  QUOTA_EXCEEDED: { verdict: 'provider' },
  UNAVAILABLE: { verdict: 'provider' },
  INTERNAL: { verdict: 'unknown' },
  THIRD_PARTY_AUTH_ERROR: { verdict: 'account' },
};

/** Firebase Cloud Messaging, `POST /v1/projects/<id>/messages:send`. It knows no repeats. */
export class FcmDialect implements PushDialect {
  readonly readiness = 'it gives a token for the service account';
  private readonly url: URL;
  private readonly tokens: AccessTokens;

  constructor(private readonly account: FcmAccount) {
    const { serviceAccount, endpoint } = account;
    const path = `/v1/projects/${encodeURIComponent(serviceAccount.projectId)}/messages:send`;
    this.url = new URL(path, endpoint ?? 'https://fcm.googleapis.com');
    this.tokens = new AccessTokens(serviceAccount);
  }

  speaksTo({ token }: StoredSubscription): boolean {
    return typeof token === 'string';
  }

  ready(http: OutboundHttp, now: Date): Promise<HttpOutcome | null> {
    return this.tokens.ready(http, now);
  }

  request(message: OutgoingMessage, { token }: StoredSubscription): HttpRequest | { refused: ProviderAnswer } {
    const payload = payloadOf(message);
    const length = Buffer.byteLength(JSON.stringify(payload));
    if (length > MOST_PUSH_BYTES)
      return { refused: { code: 'too_large', response: `${length} bytes; at most ${MOST_PUSH_BYTES}` } };
    const headers = {
      authorization: `Bearer ${this.tokens.words()}`,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    return { url: this.url, headers, body: JSON.stringify({ message: { token, ...this.written(payload) } }) };
  }

  verdict(answer: HttpAnswer): PushVerdict | null {
    const { status, body } = answer;
    if (status >= 200 && status < 300) {
      const { name } = jsonOf(body);
      return typeof name === 'string' ? { verdict: 'sent', messageId: name } : null;
    }
    const { code, blamesRequest } = errorOf(body);
    if (status === 401 && code !== 'THIRD_PARTY_AUTH_ERROR') this.tokens.forget();
    // Ambiguous (R79): about the token where the service says nothing else, about the message where it names a field of it.
    if (code === 'INVALID_ARGUMENT') return { verdict: 'rejected', code, ...(blamesRequest ? {} : { gone: true }) };
    const known = code === null ? undefined : VERDICTS[code];
    return known ? { ...known, code: code! } : null;
  }

  private written({ title, body, url, icon, tag }: ReturnType<typeof payloadOf>) {
    const { ttlSeconds = 86_400, priority = 'normal' } = this.account;
    return {
      notification: { title, body },
      data: { ...(url && { url }), ...(icon && { icon }) },
      android: { ttl: `${ttlSeconds}s`, priority, notification: { tag } },
      apns: { headers: { 'apns-collapse-id': tag.slice(0, 64) } },
      webpush: {
        headers: { TTL: String(ttlSeconds) },
        notification: { icon, tag },
        ...(url?.startsWith('https:') && { fcm_options: { link: url } }),
      },
    };
  }
}

/** The error code in the service's own words, and whether it finds fault with the request; null for words that are not its own. */
function errorOf(body: string): { code: string | null; blamesRequest: boolean } {
  const { details } = (jsonOf(body).error ?? {}) as { details?: unknown };
  const all = (Array.isArray(details) ? details : []) as { '@type'?: unknown; errorCode?: unknown }[];
  const own = all.find((detail) => String(detail?.['@type']).endsWith('fcm.v1.FcmError'));
  const blamesRequest = all.some((detail) => String(detail?.['@type']).endsWith('google.rpc.BadRequest'));
  return { code: typeof own?.errorCode === 'string' ? own.errorCode : null, blamesRequest };
}
