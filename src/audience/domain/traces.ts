import { isEmail, normaliseEmail, normalisePhone, spelledDigits } from './address.js';

/** What identified a contact that is gone. */
export interface Traces {
  addresses: string[];
  externalId: string | null;
}

/** The same as HMACs, of one that was deleted. */
export interface HashedTraces {
  addresses: Buffer[];
  /** What else named it. */
  identities: Buffer[];
}

/** A longer text is no address and no id. */
const LONGEST = 2_048;

/** How digits that may be a phone number are told from other texts. */
const digitsAs = (digits: string): string => `tel ${digits}`;

/**
 * All that a row may name a contact by: its external id and its addresses as they are, and the digits of each spelling of its
 * phone number.
 */
export function identitiesOf({ addresses, externalId }: Traces): string[] {
  const digits = addresses.flatMap(spelledDigits).map(digitsAs);
  return [...new Set([...addresses, ...(externalId === null ? [] : [externalId]), ...digits])];
}

/**
 * Whom cells of a row name, in the same words: each value as it is, every email address in it in normal form, and digits that
 * may be a phone number. A cell that is JSON is looked through, so that no escape hides a value.
 */
export function identitiesIn(cells: readonly string[]): string[] {
  return [...new Set(cells.flatMap(valuesIn).flatMap(identitiesOfText))];
}

function identitiesOfText(text: string): string[] {
  const value = text.trim();
  if (value === '' || value.length > LONGEST) return [];
  const emails = value
    .split(/[\s<>()[\]",;:\\]+/)
    .map(normaliseEmail)
    .filter(isEmail);
  const plain = value.normalize('NFKC');
  const digits = /^\D*(?:\d[^\d\p{L}@]*){7,17}$/u.test(plain) ? [plain.replaceAll(/\D/g, '')] : [];
  const phone = normalisePhone(plain)?.slice(1) ?? [];
  return [value, ...emails, ...[...digits, phone].flat().map(digitsAs)];
}

/** The texts and numbers in a cell: of JSON all that it holds, of anything else the cell itself. */
function valuesIn(cell: string): string[] {
  if (!/^\s*[[{]/.test(cell)) return [cell];
  try {
    return leavesOf(JSON.parse(cell) as unknown);
  } catch {
    // No JSON as a whole: what can be read of it are words.
    return cell
      .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
      .split('"');
  }
}

/** Without recursion: a row may be nested as deeply as it is long. */
function leavesOf(json: unknown): string[] {
  const leaves: string[] = [];
  for (const rest = [json]; rest.length > 0;) {
    const value = rest.pop();
    if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) rest.push(each);
    else if (typeof value === 'string' || typeof value === 'number') leaves.push(String(value));
  }
  return leaves;
}
