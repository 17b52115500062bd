import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The word that an address means: as it stands, but for one in the quotes that earlier addresses put around what is JSON. */
function read(text: string): string {
  if (!text.startsWith('"') || !isJson(text)) return text;
  const within: unknown = JSON.parse(text);
  return typeof within === 'string' && isJson(within) ? within : text;
}

const search = stringifySearchWith(String);

/** What stands behind the question mark of an address, each word as it is: `?run=37`. */
export const writeSearch = (words: Record<string, unknown>): string =>
  search(
    Object.fromEntries(
      Object.entries(words).map(([name, word]) => [
        name,
        // What would be taken for an earlier address is quoted as that was.
        typeof word === 'string' && read(word) !== word ? JSON.stringify(word) : word,
      ]),
    ),
  );

/** What `writeSearch` wrote, and what earlier addresses had in quotes. */
export const readSearch = parseSearchWith(read);
