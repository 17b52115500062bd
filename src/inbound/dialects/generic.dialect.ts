import type { ReportKind } from '../domain/report.js';
import { type InboundDialect, instantOf, Json, Malformed, NOTHING, ownOf, required } from './dialect.js';
import { verifyStandardWebhook } from './standard-webhook.js';

const KINDS: Record<string, ReportKind> = {
  'message.delivered': 'delivered',
  'message.opened': 'opened',
  'message.bounced': 'bounced',
  'message.soft_bounced': 'soft_bounced',
  'message.complained': 'complained',
  'message.unsubscribed': 'unsubscribed',
};

/**
 * Anybody's own provider: Standard Webhooks whose body is `{"type": "message.bounced", "message": "<delivery key or
 * Message-ID>", "timestamp": …, "words": …}` or `{"type": "sms.received", "from": …, "text": …}`.
 */
export const genericDialect: InboundDialect = {
  mediaTypes: ['application/json'],

  read(call, { secrets }, now) {
    const eventId = verifyStandardWebhook(call, required(secrets, 'webhook_secret'), now);
    const body = Json.parse(call.body);
    const type = body.get('type').need('type');
    const at = instantOf(body.get('timestamp').text, now);
    if (type === 'sms.received') {
      const [phone, text] = [body.get('from').need('from'), body.get('text').text ?? ''];
      return { reports: [], replies: [{ eventId, phone, text, at }] };
    }
    const kind = ownOf(KINDS, type);
    if (kind === undefined) {
      if (type.startsWith('message.')) return NOTHING;
      throw new Malformed(`its type is none of ${Object.keys(KINDS).join(', ')}, sms.received`);
    }
    const message = body.get('message').need('message');
    return { reports: [{ eventId, kind, at, message, words: body.get('words').text }], replies: [] };
  },

  answer: (text) => ({ type: 'application/json', body: JSON.stringify(text === null ? {} : { reply: text }) }),
};
