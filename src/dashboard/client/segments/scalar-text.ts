import type { Comparison, Scalar } from '../../../audience/domain/segment-rule.js';

/** A number with digits behind its point; so long, and it is exactly what is written. */
const DECIMAL = /^-?(?:0|[1-9]\d*)\.\d+$/;
const EXACT_LENGTH = 16;

/** Whether a text is a number and no more than that: 04109 is none, which has lost its zero as soon as it is one. */
function isNumber(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  return String(value) === text || (DECIMAL.test(text) && text.length <= EXACT_LENGTH);
}

/** Text as the JSON value it is meant to be: of an attribute `5` is a number and `"5"` a text. */
export function readScalar(text: string, isAttribute: boolean): Scalar {
  if (!isAttribute) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  if (isNumber(text)) return Number(text);
  return /^"(.*)"$/.exec(text)?.[1] ?? text;
}

/** The other way round. */
export function writeScalar(value: unknown, isAttribute: boolean): string {
  if (value === undefined || value === null) return '';
  const text = String(value);
  return isAttribute && typeof value === 'string' && readScalar(text, true) !== value ? `"${text}"` : text;
}

/** Values that are listed under these texts, of which `before` were there. What comes new and is a number is asked as text, too. */
export function readList(texts: string[], before: string[], isAttribute: boolean): Scalar[] {
  const values = texts.flatMap((text) => {
    const value = readScalar(text, isAttribute);
    return typeof value === 'string' || before.includes(text) ? value : [text, value];
  });
  return [...new Set(values)];
}

/** How a value is asked for that could be a number, or true or false: as either, as that only, or as text, which is all that CSV has. */
export type Form = 'either' | 'exact' | 'text';

/** A comparison with one value, as the builder shows it. */
export interface One {
  op: 'eq' | 'ne';
  text: string;
  form: Form;
}

/** What asks for both forms of one value. */
const EITHER = { eq: 'in', ne: 'not_in' } as const;

/** Whether a text has more than one form. */
export const isAmbiguous = (text: string): boolean => typeof readScalar(text, true) !== 'string';

/** An attribute compared with one value, in one form or in either; null for every other comparison. */
export function oneOf(comparison: Comparison): One | null {
  if (!('attribute' in comparison)) return null;
  const { op, value = '' } = comparison;
  if ((op === 'eq' || op === 'ne') && !Array.isArray(value)) {
    if (typeof value !== 'string') return { op, text: String(value), form: 'exact' };
    return isAmbiguous(value)
      ? { op, text: value, form: 'text' }
      : { op, text: writeScalar(value, true), form: 'either' };
  }
  if ((op !== 'in' && op !== 'not_in') || !Array.isArray(value)) return null;
  const [exact, text, ...others] = value;
  const either = typeof exact !== 'string' && typeof text === 'string' && others.length === 0;
  return either && readScalar(text, true) === exact ? { op: op === 'in' ? 'eq' : 'ne', text, form: 'either' } : null;
}

/** The comparison that the builder means. */
export function comparisonOf(comparison: Comparison, { op, text, form }: One): Comparison {
  const exact = readScalar(text, true);
  if (typeof exact === 'string') return { ...comparison, op, value: exact };
  if (form === 'either') return { ...comparison, op: EITHER[op], value: [exact, text] };
  return { ...comparison, op, value: form === 'exact' ? exact : text };
}
