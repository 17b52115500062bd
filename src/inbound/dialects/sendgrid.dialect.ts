import { createPublicKey, verify } from 'node:crypto';
import type { ReportKind, ToldReport } from '../domain/report.js';
import { Forged, type InboundDialect, instantOf, Json, Malformed, ownOf, requireNow, required } from './dialect.js';

const KINDS: Record<string, ReportKind> = {
  delivered: 'delivered',
  open: 'opened',
  spamreport: 'complained',
  unsubscribe: 'unsubscribed',
  group_unsubscribe: 'unsubscribed',
};
/** Why it dropped what it had taken; other reasons are about the message. */
const DROPPED: [RegExp, ReportKind][] = [
  [/^Bounced Address|^Invalid$/i, 'bounced'],
  [/^Spam Reporting Address/i, 'complained'],
  [/^Unsubscribed Address/i, 'unsubscribed'],
];
const PREFIX = 'x-twilio-email-event-webhook';

/** SendGrid: ECDSA on P-256 over time and body, with the account's public key. Our key comes back as `delivery_id`. */
export const sendgridDialect: InboundDialect = {
  mediaTypes: ['application/json'],

  read({ headers, body }, { settings }, now) {
    const timestamp = headers[`${PREFIX}-timestamp`] ?? '';
    const signature = headers[`${PREFIX}-signature`] ?? '';
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    if (!isSigned(signed, signature, required(settings, 'webhook_public_key')))
      throw new Forged('its signature is not ours');
    requireNow(instantOf(timestamp, new Date(0)), now);
    const events = Json.parse(body).items;
    if (events.length === 0) throw new Malformed('the body is no list of events');
    const reports = events.map((event) => reportOf(event, now));
    const unreadable = reports.filter((report) => report === 'unreadable').length;
    if (unreadable === events.length) throw new Malformed('none of its events can be read');
    return { reports: reports.filter((report) => typeof report === 'object'), replies: [], unreadable };
  },
};

function isSigned(signed: Buffer, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return verify('sha256', signed, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** One that has no id cannot be told from its repetition. */
function reportOf(event: Json, now: Date): ToldReport | 'unreadable' | 'of no interest' {
  const [name, eventId] = [event.get('event').text, event.get('sg_event_id').text];
  if (name === null) return 'unreadable';
  const kind = kindOf(name, event);
  if (!kind) return 'of no interest';
  if (eventId === null) return 'unreadable';
  return {
    ...{ kind, eventId, at: instantOf(event.get('timestamp').text, now) },
    message: event.get('delivery_id').text,
    words: event.get('reason').text ?? event.get('response').text,
  };
}

function kindOf(name: string, event: Json): ReportKind | undefined {
  const reason = event.get('reason').text ?? '';
  if (name === 'bounce') return event.get('type').text === 'blocked' ? 'soft_bounced' : 'bounced';
  if (name === 'dropped') return DROPPED.find(([pattern]) => pattern.test(reason))?.[1];
  return ownOf(KINDS, name);
}
