import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import type { Channel } from './channel.js';

/** An address as it is stored and compared: trimmed, in lower case, composed (NFC), its domain in ASCII (`xn--`). */
export function normaliseEmail(text: string): string {
  const lower = text.trim().toLowerCase();
  if (!/[^\0-\x7f]/.test(lower)) return lower;
  const composed = lower.normalize('NFC');
  const at = composed.lastIndexOf('@') + 1;
  return composed.slice(0, at) + inAscii(composed.slice(at));
}

/**
 * Whether text is one plain address (no display name, quotes, comments, white space or characters that nobody sees), at
 * most 254 characters.
 */
export function isEmail(text: string): boolean {
  if (text.length > 254 || text.includes('..') || INVISIBLE.test(text)) return false;
  return /^(?!\.)[^\s@"<>()[\],;:\\]{1,64}(?<!\.)@(?![.-])[^\s@"<>()[\],;:\\]+\.[^\s@"<>()[\],;:\\.]{2,}$/.test(text);
}

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A domain as the DNS has it; one that is none, or has characters that vanish on the way, is answered as it is. */
function inAscii(domain: string): string {
  if (/[^\p{L}\p{M}\p{N}.\-。．｡]/u.test(domain)) return domain;
  return URL.parse(`http://${domain}`)?.hostname ?? domain;
}

/**
 * A phone number in E.164 form, `+` and 7 to 15 digits, from what people type: spaces, dots, dashes and brackets are no
 * matter, nor `tel:` before it or digits in full width. One without a country code is read as one of `country` (ISO 3166).
 * Null where no country has such a number, and for one with an extension: behind it is another telephone.
 */
export function normalisePhone(text: string, country?: string): string | null {
  const parsed = parsedPhone(text, country);
  return parsed?.isPossible() && parsed.ext === undefined && isE164(parsed.number) ? parsed.number : null;
}

/** Whether text is a phone number with an extension, to which no message can go. */
export function hasExtension(text: string, country?: string): boolean {
  return parsedPhone(text, country)?.ext !== undefined;
}

function parsedPhone(text: string, country?: string) {
  const home = country as CountryCode | undefined;
  const defaultCountry = home !== undefined && isSupportedCountry(home, metadata) ? home : undefined;
  return parsePhoneNumberFromString(plainPhone(text), { defaultCountry, extract: false }, metadata);
}

/** A phone number without `tel:` and characters that nobody sees, and in plain digits. */
export function plainPhone(text: string): string {
  const plain = /[^ -~]/.test(text) ? text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '') : text;
  return plain.trim().replace(/^tel:/i, '');
}

/** The digits that every spelling of a phone number in E.164 form has; null for what is none. */
export function nationalDigits(phone: string): string | null {
  return isE164(phone) ? (parsePhoneNumberFromString(phone, metadata)?.nationalNumber ?? phone.slice(1)) : null;
}

/** The digits of each spelling of a phone number in E.164 form, with and without the country's and the trunk's; of what is none, none. */
export function spelledDigits(phone: string): string[] {
  const national = nationalDigits(phone);
  const whole = phone.slice(1);
  if (national === null) return [];
  // As in `+49 (0)171 …`.
  const both = `${whole.slice(0, whole.length - national.length)}0${national}`;
  return [national, `0${national}`, whole, `00${whole}`, both, `00${both}`];
}

/** Whether text is a phone number in E.164 form: `+`, then 7 to 15 digits. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** Whether text may be a phone number without its country code: some digits, and what people write between them. */
export function isNationalPhone(text: string): boolean {
  return /^[\d\s().\-/]{3,30}$/.test(text);
}

/** An address of a channel in its normal form; null where it is none. */
export function normaliseAddress(text: string, channel: Channel, country?: string): string | null {
  switch (channel) {
    case 'email':
      return isEmail(normaliseEmail(text)) ? normaliseEmail(text) : null;
    case 'sms':
      return normalisePhone(text, country);
    case 'push':
      return text.trim() || null;
  }
}
