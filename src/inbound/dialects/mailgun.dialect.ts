import type { ReportKind } from '../domain/report.js';
import {
  Forged,
  type InboundDialect,
  instantOf,
  isSame,
  Json,
  macOf,
  NOTHING,
  ownOf,
  requireNow,
  required,
} from './dialect.js';

const KINDS: Record<string, ReportKind> = {
  delivered: 'delivered',
  opened: 'opened',
  complained: 'complained',
  unsubscribed: 'unsubscribed',
};
/** Why it gave a message up for good without another try. */
const REASONS: Record<string, ReportKind> = {
  'suppress-complaint': 'complained',
  'suppress-unsubscribe': 'unsubscribed',
  // It tried for hours, and nothing said that there is no such mailbox.
  old: 'soft_bounced',
};

/**
 * Mailgun signs no more than a time and a token, so each token counts once: it is the id of the event. Our key comes back in
 * the Message-ID.
 */
export const mailgunDialect: InboundDialect = {
  mediaTypes: ['application/json'],

  read({ body: bytes }, { secrets }, now) {
    const body = Json.parse(bytes);
    const [timestamp, token, signature] = ['timestamp', 'token', 'signature'].map(
      (name) => body.get('signature', name).text ?? '',
    ) as [string, string, string];
    const mac = macOf('sha256', required(secrets, 'webhook_signing_key'), timestamp + token).toString('hex');
    if (token === '' || !isSame(signature, mac)) throw new Forged('its signature is not ours');
    requireNow(instantOf(timestamp, new Date(0)), now);
    const data = body.get('event-data');
    const event = data.get('event').need('event');
    const kind = event === 'failed' ? failureKind(data) : ownOf(KINDS, event);
    if (!kind) return NOTHING;
    const status = data.get('delivery-status');
    const words = status.get('message').text ?? status.get('description').text;
    const at = instantOf(data.get('timestamp').text, now);
    const message = data.get('message', 'headers', 'message-id').text;
    return { reports: [{ eventId: token, kind, at, message, words }], replies: [] };
  },
};

/** What is temporary is tried again over there. */
function failureKind(data: Json): ReportKind | null {
  if (data.get('severity').text !== 'permanent') return null;
  return ownOf(REASONS, data.get('reason').text ?? '') ?? 'bounced';
}
