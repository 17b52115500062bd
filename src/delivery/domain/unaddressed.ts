import { spelledDigits } from '../../audience/domain/address.js';

/** What stands in place of an address. */
const SOMEBODY = '***';

/** Anything that may be an email address, also as URLs write it. */
const EMAIL = /[^\s<>()[\]{}"',;:=]+(?:@|%40)[^\s<>()[\]{}"',;:=]+/gi;

/** Anything that may be a phone number: with its `+`, or so many digits in a row. */
const PHONE = /\+\d(?:[\s().\-/]{0,2}\d){6,14}|\b\d{7,15}\b/g;

/** Shorter local parts are words of their own. */
const SHORTEST = 3;

/**
 * A provider's words without people in them, for a reason that outlives its recipient: `to` however it is spelt, the local part
 * of an email address on its own, and whatever else looks like an email address or a phone number.
 */
export function unaddressed(words: string, to: string): string {
  const told = [to, ...localPart(to), ...digitsOf(to)].reduce(
    (text, each) => text.replaceAll(pattern(each), SOMEBODY),
    words,
  );
  return told.replaceAll(EMAIL, SOMEBODY).replaceAll(PHONE, SOMEBODY);
}

/** As a word of its own, in upper or lower case; a space in it stands for whatever people write between digits. */
const pattern = (text: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${escaped(text).replaceAll(' ', '[\\s().\\-/]*')}(?![\\p{L}\\p{N}])`, 'giu');

const escaped = (text: string): string => text.replaceAll(/[\\^$.|?*+()[\]{}/]/g, '\\$&');

function localPart(to: string): string[] {
  const at = to.lastIndexOf('@');
  return at >= SHORTEST && !to.includes('://') ? [to.slice(0, at)] : [];
}

/** The digits of each spelling of a phone number, the longest first. */
const digitsOf = (to: string): string[] =>
  spelledDigits(to)
    .toSorted((one, other) => other.length - one.length)
    .map((digits) => [...digits].join(' '));
