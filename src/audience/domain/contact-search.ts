import type { Identity } from './identity.js';

/** How `attribute` is written, with a name and a value around the first colon. */
export const ATTRIBUTE = /^[^:]{1,200}:.{1,500}$/su;

/**
 * The objects that a contact with this attribute contains. The value is text, and also the number or truth value that is
 * written so: nobody who asks for `visits:3` means the text alone.
 */
export function attributeObjects(attribute: string): object[] {
  const colon = attribute.indexOf(':');
  const [path, text] = [attribute.slice(0, colon).split('.'), attribute.slice(colon + 1)];
  const nest = (value: unknown) => path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
  const plain = /^(?:true|false|null|-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?)$/.test(text)
    ? [JSON.parse(text) as unknown]
    : [];
  return [text, ...plain].map(nest);
}

/**
 * What a stored address begins with, as it is stored: email in lower case, numbers without their spaces. What has nothing
 * left to begin with, such as `(` as a number, is null: everyone begins with nothing.
 */
export function searchPrefixes(search: string): Record<Identity, string | null> {
  const text = search.trim();
  return { email: text.toLowerCase() || null, phone: text.replace(/[\s().-]/g, '') || null, external_id: text || null };
}
