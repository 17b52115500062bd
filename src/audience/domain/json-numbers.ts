/** What may be more than a JavaScript number holds: many digits, or an exponent. A look that costs next to nothing. */
const SUSPECT = /[\d.]{16}|\d[eE]/;
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;

/** The first number in valid JSON that reading it makes another, such as 9007199254740993 or 1e400; null where none is. */
export function changedNumber(json: string): string | null {
  if (!SUSPECT.test(json)) return null;
  const tokens = json.match(TEXT_OR_NUMBER) ?? [];
  return tokens.find((token) => !token.startsWith('"') && !isKept(token)) ?? null;
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
