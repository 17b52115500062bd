import type { ReportKind } from '../domain/report.js';
import { Forged, type InboundDialect, instantOf, isSame, Json, NOTHING, ownOf, required } from './dialect.js';

/** Types of bounces that are for good. */
const HARD = ['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated'];
/** Those that are no bounces: the message may still arrive, or is none. */
const NO_BOUNCE = [
  'Transient',
  'AutoResponder',
  'AddressChange',
  'OpenRelayTest',
  'ChallengeVerification',
  'Subscribe',
];
const SUPPRESSED: Record<string, ReportKind> = {
  HardBounce: 'bounced',
  SpamComplaint: 'complained',
  ManualSuppression: 'unsubscribed',
};

/**
 * Postmark: it signs nothing, so the password of the webhook's own URL (HTTP basic authentication) tells that it is it. Our
 * key comes back in the metadata `delivery_id`.
 */
export const postmarkDialect: InboundDialect = {
  mediaTypes: ['application/json'],

  read({ headers, body: bytes }, { secrets }, now) {
    const login = /^Basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    const password = Buffer.from(login, 'base64').toString().split(':').slice(1).join(':');
    if (!isSame(password, required(secrets, 'webhook_password'))) throw new Forged('its password is not ours');
    const body = Json.parse(bytes);
    const type = body.get('RecordType').need('RecordType');
    const kind = kindOf(type, body);
    if (kind === null) return NOTHING;
    const time = ['DeliveredAt', 'BouncedAt', 'ChangedAt', 'ReceivedAt']
      .map((name) => body.get(name).text)
      .find(Boolean);
    const eventId = [type, body.get('MessageID').need('MessageID'), body.get('ID').text ?? time ?? ''].join(':');
    const words = body.get('Details').text ?? body.get('Description').text;
    const message = body.get('Metadata', 'delivery_id').text;
    return { reports: [{ eventId, kind, at: instantOf(time ?? null, now), message, words }], replies: [] };
  },
};

function kindOf(record: string, body: Json): ReportKind | null {
  const type = body.get('Type').text ?? '';
  switch (record) {
    case 'Delivery':
      return 'delivered';
    case 'Open':
      return 'opened';
    case 'SpamComplaint':
      return 'complained';
    case 'Bounce':
      if (type === 'SpamComplaint') return 'complained';
      if (type === 'Unsubscribe') return 'unsubscribed';
      return NO_BOUNCE.includes(type) ? null : HARD.includes(type) ? 'bounced' : 'soft_bounced';
    case 'SubscriptionChange':
      return body.get('SuppressSending').isTrue
        ? (ownOf(SUPPRESSED, body.get('SuppressionReason').text ?? '') ?? null)
        : null;
    default:
      return null;
  }
}
