import { type Format, FORMATS } from './content.js';

/** How the message of a campaign may be written; MJML becomes HTML when it is saved. */
export const CAMPAIGN_FORMATS = [...FORMATS, 'mjml'] as const;
export type CampaignFormat = (typeof CAMPAIGN_FORMATS)[number];

/** A message as it is sent. */
export interface SentMessage {
  message: string;
  format: Format;
}

/** What a campaign's message is sent as. */
export function sentMessage(written: { message: string; format: CampaignFormat; html?: string | null }): SentMessage {
  const { message, format, html } = written;
  return format === 'mjml' ? { message: html!, format: 'html' } : { message, format };
}

/** Whether what a marketing email must have, and its message has not, is added below it. */
export const FOOTERS = ['auto', 'none'] as const;
export type FooterPolicy = (typeof FOOTERS)[number];

/** Who an email is from. */
export interface EmailSender {
  name: string | null;
  email: string;
}

/** Headers by name, each once. */
export type EmailHeaders = Record<string, string>;

const MOST_HEADERS = 30;
/** RFC 5322 §2.1.1, without the line break. */
const LONGEST_LINE = 998;
const NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** Headers that are ours to write, or that would say something untrue about how a message came about. */
const RESERVED =
  /^(?:from|sender|reply-to|to|cc|bcc|subject|date|message-id|return-path|received|precedence|auto-submitted|feedback-id|x-delivery-id|dkim-signature|authentication-results|mime-version|(?:content|list|resent|arc)-.*)$/i;

/** Headers that relays and mail programs obey: they would undo what a campaign says, or tell its sender what nobody agreed to. */
const OBEYED = /^(?:x-smtpapi|x-(?:mailgun|ses|pm|mc)-.*|disposition-notification-to)$/i;

/** The values are sent as they are. */
const LIQUID = /\{[{%]/;

/** What is wrong with headers, by name; the empty name stands for all of them. Nothing that passes can begin another line. */
export function headerFaults(headers: EmailHeaders): { name: string; fault: string }[] {
  const entries = Object.entries(headers);
  if (entries.length > MOST_HEADERS) return [{ name: '', fault: `at most ${MOST_HEADERS} headers are possible` }];
  const seen = new Set<string>();
  return entries.flatMap(([name, value]) => {
    const fault = headerFault(name, value) ?? (seen.has(name.toLowerCase()) ? 'it is there twice' : null);
    seen.add(name.toLowerCase());
    return fault === null ? [] : [{ name, fault }];
  });
}

function headerFault(name: string, value: unknown): string | null {
  if (!NAME.test(name)) return 'a name is printable ASCII without spaces and colons';
  if (RESERVED.test(name)) return 'this header is written by the engine';
  if (OBEYED.test(name)) return 'a relay or a mail program would obey this header';
  if (typeof value !== 'string' || value.trim() === '') return 'its value must be text';
  if (CONTROL.test(value)) return 'its value must not contain control characters or line breaks';
  if (LIQUID.test(value)) return 'its value is sent as it is, so Liquid is not possible in it';
  if (name.length + 2 + new TextEncoder().encode(value).length > LONGEST_LINE)
    return `it is longer than ${LONGEST_LINE} bytes`;
  return null;
}
