import type { ReportKind } from '../domain/report.js';
import { Forged, type InboundDialect, isSame, macOf, Malformed, NOTHING, ownOf, required } from './dialect.js';

const KINDS: Record<string, ReportKind> = {
  delivered: 'delivered',
  undelivered: 'soft_bounced',
  failed: 'soft_bounced',
};
/** No such number, or one that takes no texts; and whoever said STOP to Twilio itself. */
const CODES: Record<string, ReportKind> = {
  '30005': 'bounced',
  '30006': 'bounced',
  '21211': 'bounced',
  '21614': 'bounced',
  '21610': 'unsubscribed',
};

/**
 * Twilio: HMAC-SHA1 over the called address and the sorted fields. It signs no time, but the id of a message and its state
 * count once. Our key comes back in the address, which each message asks it to call.
 */
export const twilioDialect: InboundDialect = {
  mediaTypes: ['application/x-www-form-urlencoded'],

  read({ url, headers, body }, { secrets }, now) {
    const fields = new URLSearchParams(body.toString());
    const names = [...new Set(fields.keys())].sort();
    const text = names.map((name) =>
      [...new Set(fields.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(''),
    );
    const mac = macOf('sha1', required(secrets, 'auth_token'), url + text.join('')).toString('base64');
    if (!isSame(headers['x-twilio-signature'] ?? '', mac)) throw new Forged('its signature is not ours');
    const id = fields.get('MessageSid') ?? fields.get('SmsSid') ?? '';
    if (id === '') throw new Malformed('it has no MessageSid');
    // A text need not say that it was received; a report has a state and no body.
    const status = fields.get('MessageStatus') ?? fields.get('SmsStatus') ?? (fields.has('Body') ? 'received' : '');
    const phone = fields.get('From');
    if (status === 'received' && phone !== null)
      return { reports: [], replies: [{ eventId: id, phone, text: fields.get('Body') ?? '', at: now }] };
    const code = fields.get('ErrorCode') ?? '';
    const kind = ownOf(KINDS, status) && (ownOf(CODES, code) ?? KINDS[status]);
    if (kind === undefined) return NOTHING;
    const message = new URL(url).searchParams.get('delivery');
    const words = code === '' ? null : `error ${code} ${fields.get('ErrorMessage') ?? ''}`.trim();
    return { reports: [{ eventId: `${id}:${status}`, kind, at: now, message, words }], replies: [] };
  },

  answer: (text) => ({
    type: 'text/xml',
    body: `<?xml version="1.0" encoding="UTF-8"?><Response>${text === null ? '' : `<Message>${escaped(text)}</Message>`}</Response>`,
  }),
};

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\p{Cc}/gu, ' ');
