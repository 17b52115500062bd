import type { Format } from './content.js';
import { atBegin, atEnd } from './html-body.js';
import { escapeHtml } from './plain-template.js';
import { seenIn } from './seen-html.js';
import { parseFault } from './template-fault.js';
import { soleVariables } from './template-variables.js';

/** What a marketing email must have: a way out, and where its sender can be reached by post. */
export interface Lacking {
  link: boolean;
  address: boolean;
}

/** What a template does not show to people. An address counts also where it is written out. */
export function lackingIn(template: string, format: Format, postalAddress: string | null): Lacking {
  const shown = format === 'html' ? seenIn(template) : template;
  // What is left of odd HTML may be no template; then all of it counts.
  const seen = parseFault(shown, format) === null ? shown : template;
  const names = soleVariables(seen, format);
  return {
    link: !names.has('unsubscribe_url'),
    address: !names.has('postal_address') && !(postalAddress !== null && seen.includes(postalAddress)),
  };
}

/** What prints into something else, or brings HTML of its own: what the template shows is not what the message will. */
const INDIRECT = /\{%-?\s*(?:assign|capture|liquid)\b|\|\s*raw\b/;

/** Whether a message of this template may have its way out or postal address where nobody sees it. */
export function mayHideWayOut(template: string, postalAddress: string | null): boolean {
  if (INDIRECT.test(template)) return true;
  const seen = seenIn(template);
  const names = ['unsubscribe_url', 'postal_address', ...(postalAddress === null ? [] : [postalAddress])];
  return names.some((name) => template.split(name).length !== seen.split(name).length);
}

/** What a filled message does not show; null for what it need not have. `hides`: whether it may be where nobody sees it. */
export function leftOutOf(filled: string, { url, address }: FooterWords, hides: boolean): Lacking {
  const has = (words: string, text: string) => text.includes(words) || text.includes(escapeHtml(words));
  // What is nowhere in it is not seen either; to look at all that is seen takes longer.
  const seen = hides && [url, address].some((words) => words !== null && has(words, filled)) ? seenIn(filled) : filled;
  return { link: url !== null && !has(url, seen), address: address !== null && !has(address, seen) };
}

/** What goes below a message; null stands for what it has, or what is not known. */
export interface FooterWords {
  url: string | null;
  address: string | null;
}

/** Text with two more lines. */
export function withTextFooter(text: string, { url, address }: FooterWords): string {
  const lines = [address, url && `Unsubscribe: ${url}`].filter((line) => line !== null);
  return lines.length === 0 ? text : `${text.trimEnd()}\n\n-- \n${lines.join('\n')}\n`;
}

/** HTML with a small paragraph more, at the end of its body. */
export function withHtmlFooter(html: string, { url, address }: FooterWords): string {
  const words = [
    address && escapeHtml(address).replaceAll(/\r\n|\r|\n/g, '<br>'),
    url && `<a href="${escapeHtml(url)}">Unsubscribe</a>`,
  ].filter((part) => part !== null);
  if (words.length === 0) return html;
  return atEnd(
    html,
    `<p style="margin:24px 0 0;font-size:12px;line-height:1.5;color:#6b6b6b">${words.join('<br>')}</p>`,
  );
}

/** HTML with words at its beginning that mail programs show in their lists and nowhere else. */
export function withPreheader(html: string, preheader: string): string {
  return atBegin(
    html,
    `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(preheader)}</div>`,
  );
}
