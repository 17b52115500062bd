import { normaliseEmail } from './address.js';
import type { Identity } from './identity.js';

/** How `attribute` is written, with a name and a value around the first colon. */
export const ATTRIBUTE = /^[^:]{1,200}:.{1,500}$/su;

/**
 * The objects that a contact with this attribute contains. A name with full stops goes down into objects, and is also the name
 * itself. The value is text, and also the number or truth value that is written so: nobody who asks for `visits:3` means the
 * text alone.
 */
export function attributeObjects(attribute: string): object[] {
  const colon = attribute.indexOf(':');
  const [name, text] = [attribute.slice(0, colon), attribute.slice(colon + 1)];
  const nest = (value: unknown) =>
    name.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as object;
  const plain = /^(?:true|false|null|-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?)$/.test(text)
    ? [JSON.parse(text) as unknown]
    : [];
  return [text, ...plain].flatMap((value) => (name.includes('.') ? [nest(value), { [name]: value }] : [nest(value)]));
}

/**
 * What a stored address begins with, as it is stored: email in lower case with its domain in ASCII, numbers without their
 * spaces. A domain in other letters is found by whole labels: what is stored of half of one is something else. What has nothing
 * left to begin with, such as `(` as a number, is null: everyone begins with nothing.
 */
export function searchPrefixes(search: string): Record<Identity, string | null> {
  const text = search.trim();
  return { email: emailPrefix(text) || null, phone: text.replace(/[\s().-]/g, '') || null, external_id: text || null };
}

const emailPrefix = (text: string): string =>
  /@.*[^\0-\x7f]/s.test(text) ? normaliseEmail(text) : text.toLowerCase().normalize('NFC');
