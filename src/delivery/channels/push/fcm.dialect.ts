import type { StoredSubscription } from '../../../audience/domain/stored-subscription.js';
import { MOST_PUSH_BYTES } from '../../../campaigns/domain/push-size.js';
import type { OutboundHttp } from '../../../platform/outbound-http.js';
import { type HttpAnswer, type HttpOutcome, jsonOf } from '../../domain/http-reply.js';
import { apiAt } from '../http/api-at.js';
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
  SENDER_ID_MISMATCH: { verdict: 'rejected' },
  INVALID_ARGUMENT: { verdict: 'rejected' },
  QUOTA_EXCEEDED: { verdict: 'provider' },
  UNAVAILABLE: { verdict: 'provider' },
  INTERNAL: { verdict: 'unknown' },
  THIRD_PARTY_AUTH_ERROR: { verdict: 'account' },
};

/** A token that is none, in the service's words; what else INVALID_ARGUMENT finds fault with is the message (R79). */
const NO_TOKEN = /registration token/i;

/** Firebase Cloud Messaging, `POST /v1/projects/<id>/messages:send`. It knows no repeats. */
export class FcmDialect implements PushDialect {
  readonly readiness = 'it gives a token for the service account';
  private readonly url: URL;
  private readonly tokens: AccessTokens;
  /** Whether any message was, in this process. */
  private accepted = false;

  constructor(private readonly account: FcmAccount) {
    const { serviceAccount, endpoint } = account;
    const path = `/v1/projects/${encodeURIComponent(serviceAccount.projectId)}/messages:send`;
    this.url = apiAt(endpoint ?? 'https://fcm.googleapis.com')(path);
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
      this.accepted = true;
      const { name } = jsonOf(body);
      return typeof name === 'string' ? { verdict: 'sent', messageId: name } : null;
    }
    const { code, blamesToken } = errorOf(body);
    if (status === 401 && code !== 'THIRD_PARTY_AUTH_ERROR') this.tokens.forget();
    if (code === null || !(code in VERDICTS)) return null;
    // The service account of another project has all tokens refused as a stranger's, and not one of them is dead.
    const isGone = code === 'SENDER_ID_MISMATCH' ? this.accepted : code === 'INVALID_ARGUMENT' && blamesToken;
    return { ...VERDICTS[code]!, code, ...(isGone && { gone: true }) };
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

/** The error code in the service's own words, and whether it finds fault with the token; null for words that are not its own. */
function errorOf(body: string): { code: string | null; blamesToken: boolean } {
  const { details, message } = (jsonOf(body).error ?? {}) as { details?: unknown; message?: unknown };
  const all = (Array.isArray(details) ? details : []) as ErrorDetail[];
  const own = all.find((detail) => String(detail?.['@type']).endsWith('fcm.v1.FcmError'));
  const fields = all.flatMap((detail) => (Array.isArray(detail?.fieldViolations) ? detail.fieldViolations : []));
  const blamesToken =
    fields.length > 0
      ? fields.every((violation) => (violation as { field?: unknown })?.field === 'message.token')
      : NO_TOKEN.test(String(message));
  return { code: typeof own?.errorCode === 'string' ? own.errorCode : null, blamesToken };
}

interface ErrorDetail {
  '@type'?: unknown;
  errorCode?: unknown;
  fieldViolations?: unknown;
}
