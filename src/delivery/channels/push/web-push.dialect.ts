import webPush from 'web-push';
import type { StoredSubscription } from '../../../audience/domain/stored-subscription.js';
import { MOST_PUSH_BYTES } from '../../../campaigns/domain/push-size.js';
import type { HttpAnswer } from '../../domain/http-reply.js';
import type { HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage, ProviderAnswer } from '../provider.js';
import { payloadOf } from './push-payload.js';
import type { PushDialect, PushVerdict } from './push.provider.js';
import { PushServices } from './push-services.js';
import { MOST_SERVICES } from './service-waits.js';

export interface WebPushAccount {
  /** Who a push service may turn to: `mailto:` or `https:`. */
  subject: string;
  publicKey: string;
  privateKey: string;
  /** Seconds that a push service keeps a message for a browser that is away. Default a day. */
  ttlSeconds?: number;
  urgency?: string;
  topic?: string;
  /** Hosts of push services besides the browsers' own; what is below them counts, too. */
  pushServices?: readonly string[];
}

/** The push services of Chrome and its kin, Firefox, Edge and Safari: an endpoint comes from outside, and could be anything. */
const PUSH_SERVICES = [
  ...['fcm.googleapis.com', 'jmt17.google.com', 'push.services.mozilla.com'],
  ...['notify.windows.com', 'push.apple.com'],
];

const DAY_SECONDS = 86_400;
/** A header lasts for twelve hours. */
const RENEW_MS = 6 * 3_600_000;
/** A subscription that was made for somebody else's key, in the words of the services that know. */
const OTHER_KEY = /do not correspond to the credentials|VapidPkHashMismatch|public key mismatch/i;

const isBelow = (host: string, service: string): boolean => host === service || host.endsWith(`.${service}`);

/** Web Push: RFC 8030, encrypted as RFC 8291, identified as RFC 8292. It knows no repeats. */
export class WebPushDialect implements PushDialect {
  readonly services = new PushServices();
  readonly readiness = 'the keys belong together; push services know them only with a subscription';
  private readonly further: readonly string[];
  /** The VAPID headers of each push service, and of no more than so many: hosts come from outside. */
  private readonly headers = new Map<string, { authorization: string; until: number }>();

  constructor(private readonly account: WebPushAccount) {
    this.further = account.pushServices ?? [];
  }

  speaksTo({ endpoint, keys }: StoredSubscription): boolean {
    return typeof endpoint === 'string' && typeof keys === 'object';
  }

  ready(): Promise<null> {
    return Promise.resolve(null);
  }

  request(message: OutgoingMessage, { endpoint, keys }: StoredSubscription): HttpRequest | { refused: ProviderAnswer } {
    const payload = Buffer.from(JSON.stringify(payloadOf(message)));
    if (payload.length > MOST_PUSH_BYTES)
      return { refused: { code: 'too_large', response: `${payload.length} bytes; at most ${MOST_PUSH_BYTES}` } };
    const url = URL.parse(endpoint!);
    if (!url || !this.isService(url))
      return { refused: { code: 'unknown_push_service', response: url?.host ?? 'no URL' } };
    const body = encrypted(payload, keys!);
    if (!body) return { refused: { code: 'bad_subscription', response: 'Its keys are none' } };
    const { ttlSeconds = DAY_SECONDS, urgency = 'normal', topic } = this.account;
    const headers = {
      authorization: this.authorization(url.origin),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(ttlSeconds),
      urgency,
      ...(topic === undefined ? {} : { topic }),
    };
    return { url, headers, body };
  }

  verdict({ status, body, headers = {} }: HttpAnswer): PushVerdict | null {
    if (status >= 200 && status < 300) return { verdict: 'sent', messageId: headers.location ?? 'accepted' };
    if (status === 404 || status === 410) return { verdict: 'rejected', code: 'gone', gone: true };
    if (status === 413) return { verdict: 'rejected', code: 'too_large' };
    return status < 404 && OTHER_KEY.test(body) ? { verdict: 'rejected', code: 'other_key' } : null;
  }

  /** The browsers' own are where everybody has them: any port of theirs would be one more place to remember. */
  private isService({ hostname, origin }: URL): boolean {
    const isOneOf = (services: readonly string[]) => services.some((service) => isBelow(hostname, service));
    return isOneOf(this.further) || (origin === `https://${hostname}` && isOneOf(PUSH_SERVICES));
  }

  private authorization(origin: string): string {
    const known = this.headers.get(origin);
    if (known && known.until > performance.now()) return known.authorization;
    const { subject, publicKey, privateKey } = this.account;
    const { Authorization: authorization } = webPush.getVapidHeaders(
      origin,
      subject,
      publicKey,
      privateKey,
      'aes128gcm',
    );
    this.headers.delete(origin);
    this.headers.set(origin, { authorization, until: performance.now() + RENEW_MS });
    if (this.headers.size > MOST_SERVICES) this.headers.delete(this.headers.keys().next().value!);
    return authorization;
  }
}

/** Null where the keys are none. */
function encrypted(payload: Buffer, { p256dh, auth }: NonNullable<StoredSubscription['keys']>): Buffer | null {
  const [key, secret] = [p256dh, auth].map((text) => text.replace(/=+$/, '')) as [string, string];
  try {
    return webPush.encrypt(key, secret, payload, 'aes128gcm').cipherText;
  } catch {
    return null;
  }
}
