import type { OutgoingMessage, ProviderAnswer } from '../provider.js';
import { isAscii, parseAddress, type Sender } from '../../../platform/email-address.js';
import { headerValues, unsubscribeHeaders } from './edition-headers.js';
import { oneLine } from './mime-header.js';

/** A message as the APIs that take an email in parts want it. */
export interface EmailParts {
  from: { email: string; name: string | null };
  to: { email: string; name: string | null };
  replyTo: string | null;
  subject: string;
  /** At least one of the two is there. */
  text: string | null;
  html: string | null;
  /** Beyond those that the parts stand for. */
  headers: Record<string, string>;
}

/** The one place that says what of a message goes where; null for an address that no API takes. */
export function partsOf(message: OutgoingMessage, sender: Sender): EmailParts | null {
  const email = parseAddress(message.to);
  if (email === null || !isAscii(email)) return null;
  const { letter, deliveryKey } = message;
  const { edition = null, unsubscribeUrl = null } = letter ?? {};
  const from = edition?.sender ?? sender;
  const { text, html } = letter?.bodies() ?? plainBodies(message);
  return {
    from: { email: from.address, name: from.name },
    to: { email, name: oneLine(message.toName ?? '') || null },
    replyTo: edition?.replyTo ?? null,
    subject: oneLine(message.subject ?? ''),
    text: text === null ? null : wellFormed(text),
    html: html === null ? null : wellFormed(html),
    headers: {
      'X-Delivery-Id': deliveryKey,
      ...headerValues(edition, from),
      ...(unsubscribeUrl !== null && unsubscribeHeaders(unsubscribeUrl)),
    },
  };
}

const plainBodies = ({ format, body }: OutgoingMessage): Pick<EmailParts, 'text' | 'html'> =>
  format === 'html' ? { text: null, html: body } : { text: body, html: null };

const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** `"Name" <address>` in Unicode, as JSON carries it. */
export function mailboxOf({ email, name }: EmailParts['from']): string {
  return name === null ? email : `"${name.replace(/["\\]/g, '\\$&')}" <${email}>`;
}

/** Why there is no request for a recipient. */
export const BAD_ADDRESS: { refused: ProviderAnswer } = {
  refused: { code: 'bad_address', response: 'Not a plain email address in ASCII' },
};

const JSON_TYPE = 'application/json';

/** The headers of a JSON request, with those that name the account. */
export const jsonHeaders = (account: Record<string, string>): Record<string, string> => ({
  'content-type': JSON_TYPE,
  accept: JSON_TYPE,
  ...account,
});
