import { normaliseEmail } from '../../audience/domain/address.js';
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

/** The parts of an email that report something; null for one that it has not. */
export interface ReportParts {
  status: string | null;
  feedback: string | null;
}

/** What an email reports about what was sent to `address`, null where nobody knows; null where it reports nothing of it. */
export function mailReport({ status, feedback }: ReportParts, address: string | null): MailReport | null {
  if (feedback !== null) return feedbackReport(feedback);
  return status === null ? null : statusReport(status, address);
}

/**
 * What a delivery status (RFC 3464) says of a recipient; null for a delay, or where nothing of it is an end. A failure is for
 * good only where its status, or the words of the mail system, say that there is no such mailbox.
 */
function statusReport(text: string, address: string | null): MailReport | null {
  const recipients = groupsOf(
    address,
    fieldGroups(text).filter((fields) => fields.action !== undefined),
  );
  const failed = recipients.find(({ action }) => /^failed\b/i.test(action!));
  const ended = failed ?? recipients.find(({ action }) => /^delivered\b/i.test(action!));
  if (!ended) return null;
  const words = [ended.status, ended['diagnostic-code']].filter((each) => each !== undefined).join(' ') || null;
  const kind = !failed ? 'delivered' : isHardBounce(words) ? 'bounced' : 'soft_bounced';
  return { kind, at: ended['last-attempt-date'] ?? null, words };
}

/**
 * Of several recipients those that are the address, else those that are not named: the others are members of a list, or got
 * a message of somebody else. A single one is believed whoever it names, for mail is passed on to other addresses.
 */
function groupsOf(address: string | null, recipients: Fields[]): Fields[] {
  if (address === null || recipients.length === 1) return recipients;
  const named = recipients.map((fields) => ({ fields, names: namesOf(fields) }));
  const ours = named.filter(({ names }) => names.includes(normaliseEmail(address)));
  return (ours.length > 0 ? ours : named.filter(({ names }) => names.length === 0)).map(({ fields }) => fields);
}

/** Whom a group is about, as it was written and with `+2B` and the like (RFC 3461) read, which some leave as they are. */
const namesOf = (fields: Fields): string[] =>
  [fields['final-recipient'], fields['original-recipient']].flatMap((field) => {
    const name = field?.slice(field.indexOf(';') + 1).replaceAll(/[\s<>]/g, '') ?? '';
    const read = name.replaceAll(/\+([0-9A-F]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    return name === '' ? [] : [normaliseEmail(name), normaliseEmail(read)];
  });

/** What is said by a person of a message. Reports on its signature (RFC 6591), its virus or its being no spam are none. */
const COMPLAINTS = ['abuse', 'fraud', 'other', 'opt-out'];

/** What a feedback report (RFC 5965) says; null where it is no complaint. */
function feedbackReport(text: string): MailReport | null {
  const fields: Fields = Object.assign({}, ...fieldGroups(text).reverse());
  const type = fields['feedback-type']?.toLowerCase();
  if (type === undefined || !COMPLAINTS.includes(type)) return null;
  const at = fields['arrival-date'] ?? fields['received-date'] ?? null;
  return { kind: type === 'opt-out' ? 'unsubscribed' : 'complained', at, words: `feedback: ${type}` };
}
