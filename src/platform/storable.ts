/** U+0000, and halves of characters: PostgreSQL takes neither for text, and not at all what has one in it. */
const NO_TEXT = /[\0\p{Surrogate}]/u;
const EACH = new RegExp(NO_TEXT, 'gu');

/** Whether PostgreSQL takes it as it is. */
export const isStorable = (text: string): boolean => !NO_TEXT.test(text);

/**
 * Text from outside as PostgreSQL can store it: one such sign must not keep what came with it from being recorded. It is
 * left out, unless something is to be told in its place.
 */
export const storable = (text: string, instead = ''): string => text.replaceAll(EACH, instead);
