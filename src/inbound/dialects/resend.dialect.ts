import type { ReportKind } from '../domain/report.js';
import { type InboundDialect, instantOf, Json, NOTHING, ownOf, required } from './dialect.js';
import { verifyStandardWebhook } from './standard-webhook.js';

const KINDS: Record<string, ReportKind> = {
  'email.delivered': 'delivered',
  'email.opened': 'opened',
  'email.complained': 'complained',
  // It does not try addresses on its own list: they bounced or complained, or somebody put them there.
  'email.suppressed': 'bounced',
  // A quota, a domain that is not verified, an outage: it took the message and did not send it, whoever it was to.
  'email.failed': 'soft_bounced',
};

/** Resend: Svix webhooks. Our key comes back in the tag `delivery_id`, with dashes, for tags have no full stops. */
export const resendDialect: InboundDialect = {
  mediaTypes: ['application/json'],

  read(call, { secrets }, now) {
    const eventId = verifyStandardWebhook(call, required(secrets, 'webhook_secret'), now);
    const body = Json.parse(call.body);
    const type = body.get('type').need('type');
    const data = body.get('data');
    const kind = type === 'email.bounced' ? bounceKind(data.get('bounce', 'type').text) : ownOf(KINDS, type);
    if (kind === undefined) return NOTHING;
    const tag =
      data.get('tags', 'delivery_id').text ??
      data
        .get('tags')
        .items.find((each) => each.get('name').text === 'delivery_id')
        ?.get('value').text ??
      null;
    const message = tag?.replaceAll('-', '.') ?? null;
    const at = instantOf(body.get('created_at').text, now);
    const words = [data.get('bounce', 'message'), data.get('suppressed', 'message'), data.get('failed', 'reason')];
    return {
      reports: [{ eventId, kind, at, message, words: words.map(({ text }) => text).find(Boolean) ?? null }],
      replies: [],
    };
  },
};

const bounceKind = (type: string | null): ReportKind => (type === 'Permanent' ? 'bounced' : 'soft_bounced');
