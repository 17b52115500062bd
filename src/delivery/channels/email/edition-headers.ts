import type { Sender } from '../../../platform/email-address.js';
import type { Edition } from './letter.js';
import { encodeLongText, encodeMailbox } from './mime-header.js';

/** The headers that every email of an edition has, and who it is from. */
export interface EditionHeaders {
  sender: Sender;
  lines: string;
}

/** Who it is from and whom to answer, and all that `headerValues` says. `sender` is the installation's own. */
export function headersOf(edition: Edition | null, own: Sender): EditionHeaders {
  const sender = edition?.sender ?? own;
  const lines = [`From: ${encodeMailbox(sender.name, sender.address)}`, 'MIME-Version: 1.0'];
  if (edition && edition.replyTo !== null) lines.push(`Reply-To: ${edition.replyTo}`);
  for (const [name, value] of Object.entries(headerValues(edition, sender)))
    lines.push(`${name}: ${encodeLongText(value)}`);
  return { sender, lines: `${lines.join('\r\n')}\r\n` };
}

/**
 * What the campaign adds, and what tells mail programs, and Gmail's feedback loop, which list and which campaign this is
 * (RFC 2919, RFC 3834): names with values in Unicode.
 */
export function headerValues(edition: Edition | null, sender: Sender): Record<string, string> {
  if (!edition) return { Precedence: 'bulk' };
  const { kind, headers, campaignId, runId } = edition;
  return {
    ...(kind === 'marketing' && { Precedence: 'bulk' }),
    'Auto-Submitted': 'auto-generated',
    ...(kind === 'marketing' && { 'List-Id': `<campaign-${campaignId}.${sender.domain}>` }),
    'Feedback-ID': `run-${runId}:campaign-${campaignId}:${kind}:campanile`,
    ...headers,
  };
}

const ONE_CLICK = 'List-Unsubscribe=One-Click';

/** The link as mail programs take it; one click needs https (RFC 8058 §3.1). */
export function unsubscribeHeaders(url: string): Record<string, string> {
  const oneClick = url.startsWith('https:') && { 'List-Unsubscribe-Post': ONE_CLICK };
  return { 'List-Unsubscribe': `<${url}>`, ...oneClick };
}

/** The same in lines of a message. */
export function unsubscribeLines(url: string): string {
  const oneClick = url.startsWith('https:') ? `List-Unsubscribe-Post: ${ONE_CLICK}\r\n` : '';
  return `List-Unsubscribe: <${url}>\r\n${oneClick}`;
}
