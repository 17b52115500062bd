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
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(SPECIAL, '\\$&')}"`)).join(',')}}`;
}
