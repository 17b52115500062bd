import type { FieldError } from './errors.js';
import { pointTo } from './json-pointer.js';

/** What may be more than a JavaScript number holds: many digits, or an exponent. A look that costs next to nothing. */
const SUSPECT = /[\d.]{16}|\d[eE]/;
const QUOTE_OR_NUMBER = /["\d-]/g;
const NUMBER_HERE = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;

/**
 * The first number in valid JSON that reading it makes another, such as 9007199254740993 or 1e400; null where none is. Texts
 * are passed over by their quotes: they may be as long as the JSON.
 */
export function changedNumber(json: string): string | null {
  if (!SUSPECT.test(json)) return null;
  let at = nextOf(QUOTE_OR_NUMBER, json, 0);
  while (at !== -1) {
    let end = json[at] === '"' ? endOfText(json, at) : at;
    if (end === at) {
      NUMBER_HERE.lastIndex = at;
      const [number] = NUMBER_HERE.exec(json)!;
      if (!isKept(number)) return number;
      end += number.length;
    }
    at = nextOf(QUOTE_OR_NUMBER, json, end);
  }
  return null;
}

/** Whatever of it is wrong, in words for whoever wrote it. */
export const inexact = (number: string): string =>
  `the number ${number.slice(0, 50)} has more digits than a number can keep; write it as text, in quotes`;

/** Each such number with its pointer. Reads the JSON once more, level by level: it must not be nested without end. */
export function changedNumbers(json: string): FieldError[] {
  const errors: FieldError[] = [];
  const marks = new Map<object, string>();
  const mark = (_: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== 'number' || context?.source === undefined || isKept(context.source)) return value;
    const marked = {};
    marks.set(marked, context.source);
    return marked;
  };
  const open = [{ value: JSON.parse(json, mark) as unknown, pointer: '' }];
  for (let item = open.pop(); item; item = open.pop()) {
    const { value, pointer } = item;
    if (typeof value !== 'object' || value === null) continue;
    const number = marks.get(value);
    if (number !== undefined) errors.push({ pointer, message: inexact(number) });
    for (const [name, child] of Object.entries(value)) open.push({ value: child, pointer: pointTo(pointer, name) });
  }
  return errors.reverse();
}

function nextOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

/** Behind the quote that ends a text. */
function endOfText(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); ; at = json.indexOf('"', at + 1)) {
    let escapes = at - 1;
    while (json[escapes] === '\\') escapes -= 1;
    if ((at - escapes) % 2 === 1) return at + 1;
  }
}

function isKept(number: string): boolean {
  const value = Number(number);
  return Number.isFinite(value) && sizeOf(number.toLowerCase()) === sizeOf(String(value));
}

/** A number's digits and the power of ten they are multiplied with, in the one form without zeros at either end. */
function sizeOf(number: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(number)!;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant === ''
    ? '0'
    : `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
