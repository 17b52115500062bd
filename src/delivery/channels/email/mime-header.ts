import { encodeWord } from 'nodemailer/lib/mime-funcs';

/** An encoded word may be 75 characters long (RFC 2047 §2); shorter ones leave room for the header's name. */
const WORD_LENGTH = 52;
const PLAIN = /^[\x20-\x7e]*$/;
/** Words that need no quoting in a display name (RFC 5322 atext and single spaces). */
const PLAIN_PHRASE = /^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Control characters and the two Unicode line breaks; what a header could be split with (R56). */
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * Unstructured header text such as a subject: control characters become a space, anything that isn't short plain ASCII
 * becomes encoded words (RFC 2047), folded. `nameLength` is the length of the header's name and colon.
 */
export function encodeText(text: string, nameLength: number): string {
  const clean = oneLine(text);
  if (PLAIN.test(clean) && clean.length + nameLength < 78 && !clean.includes('=?')) return clean;
  return encodedWords(clean);
}

/** The same for a header that others read: plain ASCII stays as it is, however long. Its lines are to be checked before. */
export function encodeLongText(text: string): string {
  const clean = oneLine(text);
  return PLAIN.test(clean) && !clean.includes('=?') ? clean : encodedWords(clean);
}

/** A mailbox for From or To: `Name <address>`, the name bare, quoted or encoded as it needs; the bare address without one. */
export function encodeMailbox(name: string | null, address: string): string {
  const clean = oneLine(name ?? '');
  if (clean === '') return address;
  if (!PLAIN.test(clean) || clean.length > 60 || clean.includes('=?')) return `${encodedWords(clean)}\r\n <${address}>`;
  const phrase = PLAIN_PHRASE.test(clean) ? clean : `"${clean.replace(/["\\]/g, '\\$&')}"`;
  return phrase.length + address.length < 70 ? `${phrase} <${address}>` : `${phrase}\r\n <${address}>`;
}

/** Text without what a header could be split with: control characters become a space. */
export function oneLine(text: string): string {
  return PLAIN.test(text)
    ? text.trim()
    : text
        .replace(BREAKS, ' ')
        .replace(/\p{Cs}/gu, '\ufffd')
        .trim();
}

function encodedWords(text: string): string {
  return encodeWord(text, 'B', WORD_LENGTH).replaceAll(' ', '\r\n ');
}
