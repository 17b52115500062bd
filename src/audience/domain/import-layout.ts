/** What a column of a file is: a field of the contact, one of its attributes, or nothing. */
export type Target = { field: ImportField } | { attribute: string } | { ignored: true };

/** Fields that a column may fill; those of text first. */
export const TEXT_FIELDS = ['external_id', 'email', 'phone', 'first_name', 'last_name', 'locale', 'time_zone'] as const;
export const CONSENT_FIELDS = ['email_consent', 'sms_consent', 'push_consent'] as const;
const OTHER_FIELDS = ['segments', 'attributes', 'push_subscriptions', 'consent'] as const;
export type ImportField =
  (typeof TEXT_FIELDS)[number] | (typeof CONSENT_FIELDS)[number] | (typeof OTHER_FIELDS)[number];

const FIELDS: readonly string[] = [...TEXT_FIELDS, ...CONSENT_FIELDS, ...OTHER_FIELDS];
const IDENTITIES = ['external_id', 'email', 'phone'];

/** What our own exports and lists of rejected rows have besides, and no import changes. */
const READ_ONLY = ['id', 'suppressed', 'version', 'created_at', 'updated_at', 'import_line', 'import_reason'];

/** The most columns a file may have. */
export const MAX_COLUMNS = 100;

/** Which columns go where, by their names as the file has them. Throws MalformedMapping. */
export function parseMapping(text: string): Record<string, string> {
  const mapping: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const at = pair.lastIndexOf(':');
    const [column, target] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 1 || column === '' || !targetOf(target))
      throw new MalformedMapping(
        `map must be pairs such as E-Mail:email,Plan:attributes.plan,Notes:- with targets among ` +
          `${FIELDS.join(', ')}, attributes.<name> and - for a column to leave out; "${pair.trim()}" is not`,
      );
    if (Object.hasOwn(mapping, column)) throw new MalformedMapping(`map names the column "${column}" twice`);
    mapping[column] = target;
  }
  return mapping;
}

/** A mapping that cannot be meant. */
export class MalformedMapping extends Error {}

/** A header that does not tell what the columns are; the message says which. */
export class MalformedHeader extends Error {}

/** Where a field or column with this name goes: as mapped, to the field of that name, or to an attribute of it. */
export function targetOfColumn(name: string, mapping: Record<string, string>): Target {
  const mapped = Object.hasOwn(mapping, name) ? targetOf(mapping[name]!) : null;
  if (mapped) return mapped;
  const plain = name.toLowerCase().replaceAll(/[\s-]+/g, '_');
  if (READ_ONLY.includes(plain)) return { ignored: true };
  return isField(plain) ? { field: plain } : { attribute: name };
}

/** Where each column of a header goes. Throws MalformedHeader or MalformedMapping. */
export function layoutOf(header: readonly string[], mapping: Record<string, string>): Target[] {
  if (header.length > MAX_COLUMNS)
    throw new MalformedHeader(`the header has ${header.length} columns; there may be ${MAX_COLUMNS}`);
  const seen = new Map<string, number>();
  const targets = header.map((name, index) => {
    if (name === '') throw new MalformedHeader(`column ${index + 1} has no name`);
    if (name.includes('\0')) throw new MalformedHeader(`the name of column ${index + 1} has the character U+0000`);
    const target = targetOfColumn(name, mapping);
    const key = JSON.stringify(target);
    const earlier = seen.get(key);
    if (earlier !== undefined && !('ignored' in target))
      throw new MalformedHeader(
        `columns ${earlier + 1} and ${index + 1} ("${header[earlier]}", "${name}") are the same thing`,
      );
    if ('attribute' in target && target.attribute in Object.prototype)
      throw new MalformedHeader(`column ${index + 1} must not be named "${name}"`);
    seen.set(key, index);
    return target;
  });
  for (const name of Object.keys(mapping))
    if (!header.includes(name)) throw new MalformedMapping(`map names the column "${name}", which the file has not`);
  if (!targets.some((target) => 'field' in target && IDENTITIES.includes(target.field)))
    throw new MalformedHeader(
      `none of the columns is email, phone or external_id; there are ${header.slice(0, 20).join(', ')}. ` +
        'The first line must name the columns; a mapping can say which is which',
    );
  return targets;
}

function targetOf(text: string): Target | null {
  if (text === '-') return { ignored: true };
  const attribute = text.startsWith('attributes.') ? text.slice(11) : '';
  if (attribute !== '' && !(attribute in Object.prototype)) return { attribute };
  return isField(text) ? { field: text } : null;
}

const isField = (text: string): text is ImportField => FIELDS.includes(text);
