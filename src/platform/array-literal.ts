/**
 * Arrays as PostgreSQL writes them, for statements that take thousands of values: the driver's own serialiser looks at
 * each element's type and escapes it by regular expressions.
 */

/** Whole numbers: `{1,2,3}`. */
export function bigints(values: readonly number[]): string {
  return `{${values.join(',')}}`;
}

const SPECIAL = /["\\]/g;

/** Texts and nulls: `{"a b",NULL}`. */
export function texts(values: readonly (string | null)[]): string {
  let literal = '{';
  for (const [index, value] of values.entries()) {
    if (index > 0) literal += ',';
    literal += value === null ? 'NULL' : `"${SPECIAL.test(value) ? value.replace(SPECIAL, '\\$&') : value}"`;
    SPECIAL.lastIndex = 0;
  }
  return `${literal}}`;
}
