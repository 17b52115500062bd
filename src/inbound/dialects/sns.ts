import { verify } from 'node:crypto';
import { Forged, instantOf, Json, Malformed, ownOf, requireNow } from './dialect.js';

/** What has to be fetched from Amazon. Both reject where it cannot be. */
export interface SnsGround {
  /** The certificate at one of Amazon's addresses, as PEM. */
  certificate(url: URL): Promise<string>;
  /** Follows the address that confirms a subscription. */
  confirm(url: URL): Promise<void>;
}

const HOST = /^sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
/** Where Amazon has its certificates; at other paths others may put theirs, or have them put. */
const CERTIFICATE = /^\/SimpleNotificationService-[0-9a-f]+\.pem$/;
/** What is signed, in this order. */
const SIGNED: Record<string, string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const HASHES: Record<string, string> = { '1': 'sha1', '2': 'sha256' };
/** It is signed once, and tried again for up to an hour. */
const PAST_MS = 60 * 60_000;

/** A notice of Amazon SNS that was verified. */
export interface SnsNotice {
  id: string;
  message: string;
}

/**
 * Verifies a notice by Amazon's certificate and its topic; null for what is none but about the subscription, which is
 * confirmed where it begins. Throws Forged.
 */
export async function readSnsNotice(
  body: Buffer,
  topicArn: string,
  now: Date,
  ground: SnsGround,
): Promise<SnsNotice | null> {
  const { fields } = Json.parse(body);
  const { Type = '', TopicArn, MessageId = '', Signature = '', SignatureVersion = '', SigningCertURL } = fields;
  const names = ownOf(SIGNED, Type) ?? [];
  const hash = ownOf(HASHES, SignatureVersion);
  if (names.length === 0) throw new Malformed('its Type is none of Amazon SNS');
  if (TopicArn !== topicArn) throw new Forged('it is about another topic');
  if (hash === undefined) throw new Forged('its SignatureVersion is neither 1 nor 2');
  const signed = names.flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`])).join('');
  const certificate = await ground.certificate(certificateUrl(SigningCertURL));
  if (!isSigned(hash, signed, certificate, Signature)) throw new Forged('its signature is not ours');
  requireNow(instantOf(fields.Timestamp ?? null, new Date(0)), now, PAST_MS);
  if (Type === 'SubscriptionConfirmation') await ground.confirm(amazonUrl(fields.SubscribeURL));
  return Type === 'Notification' ? { id: MessageId, message: fields.Message ?? '' } : null;
}

/** Only one of Amazon's own certificates vouches for a notice. */
function certificateUrl(text = ''): URL {
  const url = amazonUrl(text);
  if (!CERTIFICATE.test(url.pathname) || url.search !== '')
    throw new Forged('it points to no certificate of Amazon SNS');
  return url;
}

/** An address at Amazon SNS itself. */
function amazonUrl(text = ''): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || !HOST.test(url.hostname) || url.port !== '' || url.username !== '')
    throw new Forged('it points elsewhere than to Amazon SNS');
  return url;
}

function isSigned(hash: string, signed: string, certificate: string, signature: string): boolean {
  try {
    return verify(hash, Buffer.from(signed), certificate, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
