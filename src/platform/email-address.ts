import { domainToASCII, domainToUnicode } from 'node:url';

/** A sender as written in configuration: `campaigns@example.org` or `Example <campaigns@example.org>`. */
export interface Sender {
  address: string;
  name: string | null;
  domain: string;
}

/** RFC 5322 dot-atom, widened by RFC 6531 to letters beyond ASCII. No quoted strings, comments or address literals. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~\-\u00a1-\uffff]+(?:\.[\w!#$%&'*+/=?^`{|}~\-\u00a1-\uffff]+)*$/u;
const DOMAIN = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const ASCII = /^[\x00-\x7f]*$/;
/** Control, format, separator, unassigned, private and lone surrogate characters: none belongs in an address. */
const INVISIBLE = /[\p{C}\p{Z}]/u;

/**
 * The address as it goes on the wire, or null if it isn't exactly one plain addr-spec (R56). A domain beyond ASCII
 * becomes its A-labels, unless that silently names another domain (`ｅxample.com` → `example.com`).
 */
export function parseAddress(text: string): string | null {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  if (!LOCAL_PART.test(local) || INVISIBLE.test(local) || Buffer.byteLength(local) > 64) return null;
  const domain = asciiDomain(text.slice(at + 1));
  return domain !== null && Buffer.byteLength(local) + domain.length < 254 ? `${local}@${domain}` : null;
}

/** True if the address can be sent to a server without SMTPUTF8 (RFC 6531). */
export function isAscii(address: string): boolean {
  return ASCII.test(address);
}

/** Reads the configured sender. Throws an Error that says what is wrong. */
export function parseSender(text: string): Sender {
  const named = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]*)>\s*$/.exec(text);
  const address = parseAddress(named ? named[3]! : text.trim());
  if (address === null || !isAscii(address) || /[\p{Cc}\p{Cs}]/u.test(text))
    throw new Error(
      `The sender must be "address" or "Name <address>" with a plain ASCII mailbox, not ${JSON.stringify(text)}`,
    );
  const name = named?.[1]?.replace(/\\(.)/g, '$1') ?? named?.[2] ?? '';
  return { address, name: name.trim() || null, domain: address.slice(address.lastIndexOf('@') + 1) };
}

function asciiDomain(domain: string): string | null {
  if (ASCII.test(domain)) return DOMAIN.test(domain) ? domain : null;
  const ascii = domainToASCII(domain);
  return DOMAIN.test(ascii) && domainToUnicode(ascii) === domain.toLowerCase().normalize('NFC') ? ascii : null;
}
