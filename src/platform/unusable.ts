import { type FieldError, MOST_NAMED } from './errors.js';
import { pointTo } from './json-pointer.js';
import { isStorable } from './storable.js';

/** Deeper than any real contact; recursion over it, ours or a library's, stays far from the end of the stack. */
const DEEPEST = 64;

/**
 * More names than the attributes of a contact can have, which are 16,384 characters of JSON with six at least for each. What
 * makes objects of a body compares every name with every other.
 */
const MOST_NAMES = 3_000;

/** Twice what any list may have, so that a list that is only somewhat too long is refused in the words of its route. */
const MOST_ITEMS = 20_000;

/** Ten thousand contacts with fifty values each. What is made of a body takes some microseconds for each. */
const MOST_VALUES = 500_000;

/**
 * What of a parsed body or query nothing may look at: what PostgreSQL cannot store as text (U+0000, half of a surrogate
 * pair), nesting without end, names that every JavaScript object has, which validation would take for known ones, and more
 * names, items or values than can be looked at while others wait.
 */
export function unusable(root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const open = [{ value: root, pointer: '', depth: 0 }];
  let values = 0;
  for (let item = open.pop(); item && errors.length < MOST_NAMED; item = open.pop()) {
    const { value, pointer, depth } = item;
    if (typeof value === 'string') {
      if (!isStorable(value)) errors.push({ pointer, message: `${pointer || 'the body'} ${UNSTORABLE}` });
    } else if (typeof value === 'object' && value !== null) {
      const names = Array.isArray(value) ? [] : Object.keys(value);
      const size = Array.isArray(value) ? value.length : names.length;
      if ((values += size) > MOST_VALUES) return [{ pointer: '', message: `the body ${TOO_MANY}` }];
      if (depth > DEEPEST) return [{ pointer, message: `the body is nested deeper than ${DEEPEST} levels` }];
      const fault = excessOf(value, size);
      if (fault) return [{ pointer, message: `${pointer || 'the body'} ${fault}` }];
      if (Array.isArray(value))
        value.forEach((child, at) => open.push({ value: child, pointer: `${pointer}/${at}`, depth: depth + 1 }));
      for (const name of names) {
        const at = pointTo(pointer, name);
        if (name in Object.prototype) errors.push({ pointer: at, message: `property ${name} should not exist` });
        else if (!isStorable(name))
          errors.push({ pointer: at, message: `a name in ${pointer || 'the body'} ${UNSTORABLE}` });
        else open.push({ value: (value as Record<string, unknown>)[name], pointer: at, depth: depth + 1 });
      }
    }
  }
  return errors;
}

function excessOf(value: object, size: number): string | null {
  const [most, what] = Array.isArray(value) ? [MOST_ITEMS, 'items'] : [MOST_NAMES, 'names'];
  return size > most ? `must have at most ${most} ${what}; this has ${size}` : null;
}

const UNSTORABLE = 'must not contain the character U+0000 or half of a surrogate pair';
const TOO_MANY = `must have at most ${MOST_VALUES} values: send it in several requests`;
