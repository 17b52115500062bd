/** How a value is typed and how it reads: every field is text in the form. */
interface Kind {
  as: 'text' | 'number' | 'choice' | 'flag' | 'lines';
  /** The value that the API takes; throws an Error in words where the text is none. */
  read(typed: string): unknown;
  /** The text of a value that the API gave. */
  write(value: unknown): string;
}

/** How a field is called and explained. */
interface Words {
  placeholder?: string;
  help?: string;
  /** May stay empty. */
  optional?: boolean;
  /** May stay empty, and is seldom asked for: stands behind “More settings”. */
  rare?: boolean;
  choices?: Record<string, string>;
}

/** One thing that an account of some kind asks for. */
export interface Field extends Kind, Words {
  label: string;
}

const field =
  (kind: Kind) =>
  (label: string, words: Words = {}): Field => ({ ...kind, ...words, label, optional: words.optional ?? words.rare });

const asText = (value: unknown): string => (value == null ? '' : String(value));
const asJson = (value: unknown): string => (value == null ? '' : JSON.stringify(value, null, 2));

/** The lines of a text that say something. */
const linesOf = (typed: string): string[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function pairOf(line: string): [string, string] {
  const at = line.indexOf(':');
  if (at < 1) throw new Error(`“${line}” is no “name: value”.`);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

function numberOf(typed: string): number {
  const value = Number(typed);
  if (Number.isNaN(value)) throw new Error('This is no number.');
  return value;
}

function objectOf(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    throw new Error('This is no JSON.');
  }
}

/** A line of text. */
export const text = field({ as: 'text', read: (typed) => typed.trim(), write: asText });
/** Text of several lines, taken as it is. */
export const longText = field({ as: 'lines', read: (typed) => typed, write: asText });
/** A number. */
export const number = field({ as: 'number', read: numberOf, write: asText });
/** One of `choices`. */
export const choice = field({ as: 'choice', read: (typed) => typed, write: asText });
/** Yes or nothing. */
export const flag = field({
  as: 'flag',
  read: (typed) => typed === 'true',
  write: (value) => (value === true ? 'true' : ''),
});
/** Values one a line. */
export const list = field({
  as: 'lines',
  read: linesOf,
  write: (value) => (Array.isArray(value) ? value.join('\n') : ''),
});
/** Names with values, `name: value` a line. */
export const pairs = field({
  as: 'lines',
  read: (typed) => Object.fromEntries(linesOf(typed).map(pairOf)),
  write: (value) =>
    Object.entries(value ?? {})
      .map(([name, each]) => `${name}: ${asText(each)}`)
      .join('\n'),
});
/** An object that somebody else made, as JSON. */
export const object = field({ as: 'lines', read: objectOf, write: asJson });
