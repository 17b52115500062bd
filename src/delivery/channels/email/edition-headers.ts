import type { Sender } from '../../../platform/email-address.js';
import type { Edition } from './letter.js';
import { encodeLongText, encodeMailbox } from './mime-header.js';

/** The headers that every email of an edition has, and who it is from. */
export interface EditionHeaders {
  sender: Sender;
  lines: string;
}

/**
 * From, what the campaign adds, and what tells mail programs, and Gmail's feedback loop, which list and which campaign this
 * is (RFC 2919, RFC 3834). `sender` is the installation's own.
 */
export function headersOf(edition: Edition | null, own: Sender): EditionHeaders {
  const sender = edition?.sender ?? own;
  const lines = [`From: ${encodeMailbox(sender.name, sender.address)}`, 'MIME-Version: 1.0'];
  if (edition?.kind !== 'transactional') lines.push('Precedence: bulk');
  if (edition) {
    const { kind, replyTo, headers, campaignId, runId } = edition;
    lines.push('Auto-Submitted: auto-generated');
    if (kind === 'marketing') lines.push(`List-Id: <campaign-${campaignId}.${sender.domain}>`);
    lines.push(`Feedback-ID: run-${runId}:campaign-${campaignId}:${kind}:campanile`);
    if (replyTo !== null) lines.push(`Reply-To: ${replyTo}`);
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${encodeLongText(value)}`);
  }
  return { sender, lines: `${lines.join('\r\n')}\r\n` };
}

/** The link as mail programs take it; one click needs https (RFC 8058 §3.1). */
export function listUnsubscribe(url: string): string {
  const oneClick = url.startsWith('https:') ? 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n' : '';
  return `List-Unsubscribe: <${url}>\r\n${oneClick}`;
}
