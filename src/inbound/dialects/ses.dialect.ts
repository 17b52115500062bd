import type { ReportKind } from '../domain/report.js';
import { type InboundDialect, instantOf, Json, NOTHING, required } from './dialect.js';
import { readSnsNotice, type SnsGround } from './sns.js';

/**
 * Amazon SES by way of SNS, from a configuration set's event destination or as feedback of an identity with the original
 * headers: our key is among them, as `X-Delivery-Id`.
 */
export const sesDialect = (ground: SnsGround): InboundDialect => ({
  // SNS says text/plain of its JSON.
  mediaTypes: ['text/plain', 'application/json'],

  async read({ body }, { settings }, now) {
    const notice = await readSnsNotice(body, required(settings, 'topic_arn'), now, ground);
    if (!notice) return NOTHING;
    // Amazon's own tests and greetings are no JSON.
    if (!notice.message.startsWith('{')) return NOTHING;
    const event = Json.parse(notice.message);
    const type = event.get('eventType').text ?? event.get('notificationType').text ?? '';
    const kind = kindOf(type, event);
    if (!kind) return NOTHING;
    const about = event.get(type.toLowerCase());
    const at = instantOf(about.get('timestamp').text, now);
    const header = event
      .get('mail', 'headers')
      .items.find((each) => /^x-delivery-id$/i.test(each.get('name').text ?? ''));
    const message = header?.get('value').text ?? null;
    const words = about.get('bouncedRecipients').items[0]?.get('diagnosticCode').text ?? null;
    return { reports: [{ eventId: notice.id, kind, at, message, words }], replies: [] };
  },
});

/** What providers report besides, and no person said. */
const NO_COMPLAINTS = ['auth-failure', 'not-spam', 'virus'];

function kindOf(type: string, event: Json): ReportKind | null {
  switch (type) {
    case 'Delivery':
      return 'delivered';
    case 'Open':
      return 'opened';
    case 'Complaint':
      return NO_COMPLAINTS.includes(event.get('complaint', 'complaintFeedbackType').text ?? '') ? null : 'complained';
    case 'Subscription':
      return event.get('subscription', 'newTopicPreferences', 'unsubscribeAll').isTrue ? 'unsubscribed' : null;
    case 'Bounce':
      return event.get('bounce', 'bounceType').text === 'Permanent' ? 'bounced' : 'soft_bounced';
    default:
      return null;
  }
}
