import type { Email } from 'postal-mime';
import { fieldGroups, type ReportParts } from './domain/mail-report.js';

/** What an email says that came back to us. */
export interface ReturnedMail extends ReportParts {
  /** Its own Message-ID; null for none. */
  id: string | null;
  /** Where it went, as its headers say. */
  recipients: string[];
  /** The X-Delivery-Id or Message-ID of the message that it returns; null for none. */
  original: string | null;
}

/** Headers that mail servers write the envelope's recipient into. */
const RECIPIENTS = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'to'];

/**
 * Bytes of an email that are read. What it reports comes before the message that it returns, and anybody may send one of
 * millions of tiny parts, which takes the parser minutes.
 */
const LENGTH = 256 * 1024;

/** Reads an email. Rejects with an Error where it is none. */
export async function readReturnedMail(bytes: Buffer): Promise<ReturnedMail> {
  // Loaded with the first: many installations never get one.
  const { default: PostalMime } = await import('postal-mime');
  // Without this option a returned message would be taken for a part of the one around it.
  const mail = await PostalMime.parse(bytes.subarray(0, LENGTH), {
    forceRfc822Attachments: true,
    attachmentEncoding: 'utf8',
  });
  if (!mail.headers.some(({ key }) => key === 'from')) throw new Error('it has no From');
  return {
    status: partOf(mail, 'message/delivery-status', 'message/global-delivery-status'),
    feedback: partOf(mail, 'message/feedback-report'),
    id: mail.messageId ?? null,
    recipients: mail.headers.filter(({ key }) => RECIPIENTS.includes(key)).flatMap(({ value }) => addressesIn(value)),
    original: originalOf(partOf(mail, 'message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers')),
  };
}

/** What stands between separators and has an `@`: goes through the header once, for anybody may have written it. */
const addressesIn = (header: string): string[] => header.split(/[\s<>,;"]/).filter((part) => part.includes('@'));

function partOf({ attachments }: Email, ...types: string[]): string | null {
  const part = attachments.find(({ mimeType }) => types.includes(mimeType.toLowerCase()));
  return part === undefined ? null : (part.content as string);
}

/** What is returned may be cut off; its head is all that counts. */
function originalOf(message: string | null): string | null {
  const [head] = message === null ? [] : fieldGroups(message);
  return head?.['x-delivery-id'] ?? head?.['message-id'] ?? null;
}
