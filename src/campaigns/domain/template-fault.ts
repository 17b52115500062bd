import { LiquidError } from 'liquidjs';
import { unboundedAt } from './bounded-template.js';
import type { Format } from './content.js';
import { engines } from './liquid.js';
import { mistakeIn } from './template-grammar.js';

/** Where and why a template is refused. Line and column count from 1. */
export interface TemplateFault {
  line: number;
  column: number;
  message: string;
}

/** Parsing takes time in the square of the tags; so many take some milliseconds, and no message needs more. */
const MAX_TAGS = 1_000;

/**
 * The first fault of a template that is to be saved, or null when there is none. LiquidJS goes on without what it does not
 * understand in a tag: what is overlooked in every message that is sent is a fault, too.
 */
export function templateFault(text: string, format: Format): TemplateFault | null {
  const tooLong = tagsFault(text);
  if (tooLong) return tooLong;
  const mistake = mistakeIn(text);
  return mistake ? { ...placeOf(text, mistake.at), message: mistake.message } : syntaxFault(text, format);
}

/** The first fault that keeps a template from being rendered at all, or null when it can be. */
export function parseFault(text: string, format: Format): TemplateFault | null {
  return tagsFault(text) ?? syntaxFault(text, format);
}

/** What the engine says of a text with a bounded number of tags. */
function syntaxFault(text: string, format: Format): TemplateFault | null {
  try {
    engines[format].parse(text);
    return null;
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    const [line = 1, column = 1] = error.token.getPosition();
    return { line, column, message: error.message.split('\n')[0]!.replace(/, line:\d+, col:\d+$/, '') };
  }
}

/**
 * The first fault of a template that is filled where nothing may take long: it must parse, and only print and choose. Null when
 * there is none.
 */
export function boundFault(text: string): TemplateFault | null {
  const fault = parseFault(text, 'text');
  if (fault) return fault;
  const at = unboundedAt(engines.text.parse(text), text);
  return at === null ? null : { ...placeOf(text, at), message: UNBOUNDED };
}

const UNBOUNDED =
  'this may take long: here only printing and choosing is possible, without loops, values of its own and filters that may';

/** The tags of a template, as far as it matters how many; in a liquid tag each line is one. */
function tagsIn(text: string): number {
  let tags = text.split(/\{[{%]/).length - 1;
  for (const { index } of text.matchAll(/\{%-?\s*liquid\b/g)) {
    const end = text.indexOf('%}', index);
    if (tags > MAX_TAGS || end === -1) break;
    tags += text.slice(index, end).split('\n').length - 1;
  }
  return tags;
}

function tagsFault(text: string): TemplateFault | null {
  const tags = tagsIn(text);
  if (tags <= MAX_TAGS) return null;
  return { line: 1, column: 1, message: `it has ${tags} tags; at most ${MAX_TAGS} are possible` };
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** A fault in words. */
export const faultInWords = ({ line, column, message }: TemplateFault): string =>
  `line ${line}, column ${column}: ${message} (Liquid template)`;
