import type { OutgoingMessage, ProviderAnswer } from '../provider.js';
import { isAscii, parseAddress, type Sender } from './email-address.js';
import { oneLine } from './mime-header.js';

/** A message as the APIs that take an email in parts want it. */
export interface EmailParts {
  from: { email: string; name: string | null };
  to: { email: string; name: string | null };
  subject: string;
  format: 'text' | 'html';
  body: string;
  /** Beyond those that the parts stand for. */
  headers: Record<string, string>;
}

/** The one place that says what of a message goes where; null for an address that no API takes. */
export function partsOf(message: OutgoingMessage, sender: Sender): EmailParts | null {
  const email = parseAddress(message.to);
  if (email === null || !isAscii(email)) return null;
  return {
    from: { email: sender.address, name: sender.name },
    to: { email, name: oneLine(message.toName ?? '') || null },
    subject: oneLine(message.subject ?? ''),
    format: message.format,
    body: message.body.replace(/\p{Cs}/gu, '\ufffd'),
    headers: { 'X-Delivery-Id': message.deliveryKey, Precedence: 'bulk' },
  };
}

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
