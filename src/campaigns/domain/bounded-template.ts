import { type Filter, Output, Tag, type Template, toValueSync, TypeGuards, Value } from 'liquidjs';

/** Tags that do no more than choose what is printed. */
const CHOOSING = new Set(['if', 'unless', 'case', 'comment', 'raw', '#']);

/** Filters whose work and result are in proportion to what they are given. */
const PROPORTIONAL = new Set([
  ...['default', 'upcase', 'downcase', 'capitalize', 'strip', 'lstrip', 'rstrip', 'strip_newlines', 'newline_to_br'],
  ...['escape', 'escape_once', 'url_encode', 'truncate', 'truncatewords', 'append', 'prepend', 'date', 'size'],
  ...['first', 'last', 'abs', 'ceil', 'floor', 'round', 'plus', 'minus', 'times', 'divided_by', 'modulo'],
  ...['at_least', 'at_most', 'raw', 'slice'],
  // What the engine itself puts after every output in HTML: the escaping, which has no name.
  '[object Function]',
]);

/** Filters that look for a text: in proportion where it is written down, and short. */
const SEARCHING = new Set(['remove', 'remove_first', 'remove_last']);
const SHORT = 100;

const SHORT_SEARCH = /\bcontains\s+(?:"[^"]{0,100}"|'[^']{0,100}')/g;
/** A range may be of any length; looking for a long text in another takes up to the product of both. */
const UNBOUNDED = /\.\.|\bcontains\b/;

/** More filters on one value than anybody needs; each goes over all of it. */
const MOST_FILTERS = 20;

/**
 * Whether filling a template surely takes about as long as reading it: no loops, no values of its own that could grow, no
 * filters that may take much longer than their input is long. What LiquidJS checks between two tags then bounds all of it.
 */
export function isBounded(templates: readonly Template[], text: string): boolean {
  return unboundedAt(templates, text) === null;
}

/** Where in its text a template begins to be more than that, counted from 0; null where it does not. */
export function unboundedAt(templates: readonly Template[], text: string): number | null {
  for (const { 0: tag, index } of text.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g))
    if (UNBOUNDED.test(tag.replaceAll(SHORT_SEARCH, ''))) return index;
  return firstUnbounded(templates)?.token.begin ?? null;
}

function firstUnbounded(templates: readonly Template[]): Template | null {
  for (const template of templates) {
    const found = unboundedIn(template);
    if (found) return found;
  }
  return null;
}

function unboundedIn(template: Template): Template | null {
  if (template instanceof Output) return proportional(template.value) ? null : template;
  if (!(template instanceof Tag)) return null;
  if (!CHOOSING.has(template.name)) return template;
  const tag: Template = template;
  const values = [...(tag.arguments?.() ?? [])].filter((argument) => argument instanceof Value);
  if (!values.every(proportional)) return template;
  return firstUnbounded(tag.children ? (toValueSync(tag.children(false, true)) as Template[]) : []);
}

const proportional = ({ filters }: Value): boolean =>
  filters.length <= MOST_FILTERS &&
  filters.every((filter) => PROPORTIONAL.has(filter.name) || (SEARCHING.has(filter.name) && isShort(filter)));

const isShort = ({ args }: Filter): boolean =>
  args.flat().every((arg) => typeof arg === 'object' && TypeGuards.isQuotedToken(arg) && arg.content.length <= SHORT);
