import { isHardBounce } from '../../delivery/domain/hard-bounce.js';
import type { ReportKind } from './report.js';

/** Fields by their names in lower case. */
type Fields = Record<string, string>;

const FIELD_NAME = /^[!-9;-~]+$/;

/** What an email reports. */
export interface MailReport {
  kind: ReportKind;
  /** As it was written; null where it is not told. */
  at: string | null;
  words: string | null;
}

/**
 * Reads the fields of a delivery status or a feedback report: groups with empty lines between them, each like the head of a
 * message, continued lines included. Of a field that occurs twice the first counts. Anybody may have written it, so each
 * step goes through it once.
 */
export function fieldGroups(text: string): Fields[] {
  const groups = text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split(/\n[ \t]*\n/);
  return groups.flatMap((group) => {
    const fields = group.split('\n').flatMap(fieldOf);
    return fields.length === 0 ? [] : [Object.fromEntries(fields.reverse())];
  });
}

function fieldOf(line: string): [string, string][] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trimEnd();
  return FIELD_NAME.test(name) ? [[name.toLowerCase(), line.slice(colon + 1).trim()]] : [];
}

/**
 * What a delivery status (RFC 3464) says; null for a delay, or where nothing of it is an end. A failure is for good only
 * where its status, or the words of the mail system, say that there is no such mailbox.
 */
export function statusReport(text: string): MailReport | null {
  const recipients = fieldGroups(text).filter((fields) => fields.action !== undefined);
  const failed = recipients.find(({ action }) => /^failed\b/i.test(action!));
  const ended = failed ?? recipients.find(({ action }) => /^delivered\b/i.test(action!));
  if (!ended) return null;
  const words = [ended.status, ended['diagnostic-code']].filter((each) => each !== undefined).join(' ') || null;
  const kind = !failed ? 'delivered' : isHardBounce(words) ? 'bounced' : 'soft_bounced';
  return { kind, at: ended['last-attempt-date'] ?? null, words };
}

/** What a feedback report (RFC 5965) says; null where it is no complaint. */
export function feedbackReport(text: string): MailReport | null {
  const fields: Fields = Object.assign({}, ...fieldGroups(text).reverse());
  const type = fields['feedback-type']?.toLowerCase();
  if (type === undefined || type === 'not-spam') return null;
  const at = fields['arrival-date'] ?? fields['received-date'] ?? null;
  return { kind: type === 'opt-out' ? 'unsubscribed' : 'complained', at, words: `feedback: ${type}` };
}
