import { type Format, soleVariables } from './content.js';
import { atBegin, atEnd } from './html-body.js';
import { escapeHtml } from './plain-template.js';

/** What a marketing email must have: a way out, and where its sender can be reached by post. */
export interface Lacking {
  link: boolean;
  address: boolean;
}

/** What a template does not speak of. An address counts also where it is written out. */
export function lackingIn(template: string, format: Format, postalAddress: string | null): Lacking {
  const names = soleVariables(template, format);
  return {
    link: !names.has('unsubscribe_url'),
    address: !names.has('postal_address') && !(postalAddress !== null && template.includes(postalAddress)),
  };
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
