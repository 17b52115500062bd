import type { ReportKind } from '../domain/report.js';
import { type InboundDialect, instantOf, Json, NOTHING, ownOf, required } from './dialect.js';
import { verifyStandardWebhook } from './standard-webhook.js';

const KINDS: Record<string, ReportKind> = {
  'email.delivered': 'delivered',
  'email.opened': 'opened',
  'email.complained': 'complained',
};

/** Resend: Svix webhooks. Our key comes back in the tag `delivery_id`, with dashes, for tags have no full stops. */
export const resendDialect: InboundDialect = {
  mediaTypes: ['application/json'],

  read(call, { secrets }, now) {
    const eventId = verifyStandardWebhook(call, required(secrets, 'webhook_secret'), now);
    const body = Json.parse(call.body);
    const type = body.get('type').need('type');
    const data = body.get('data');
    const bounce = data.get('bounce');
    const kind = type === 'email.bounced' ? bounceKind(bounce.get('type').text) : ownOf(KINDS, type);
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
    return { reports: [{ eventId, kind, at, message, words: bounce.get('message').text }], replies: [] };
  },
};

const bounceKind = (type: string | null): ReportKind => (type === 'Permanent' ? 'bounced' : 'soft_bounced');
