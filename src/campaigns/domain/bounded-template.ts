import { Output, Tag, type Template, toValueSync, Value } from 'liquidjs';

/** Tags that do no more than choose what is printed. */
const CHOOSING = new Set(['if', 'unless', 'case', 'comment', 'raw', '#']);

/** Filters whose work and result are in proportion to what they are given. */
const PROPORTIONAL = new Set([
  ...['default', 'upcase', 'downcase', 'capitalize', 'strip', 'lstrip', 'rstrip', 'strip_newlines', 'newline_to_br'],
  ...['escape', 'escape_once', 'url_encode', 'truncate', 'truncatewords', 'append', 'prepend', 'date', 'size'],
  ...['first', 'last', 'abs', 'ceil', 'floor', 'round', 'plus', 'minus', 'times', 'divided_by', 'modulo'],
  ...['at_least', 'at_most', 'raw'],
  // What the engine itself puts after every output in HTML: the escaping, which has no name.
  '[object Function]',
]);

const SHORT_SEARCH = /\bcontains\s+(?:"[^"]{0,100}"|'[^']{0,100}')/g;

/** More filters on one value than anybody needs; each goes over all of it. */
const MOST_FILTERS = 20;

/**
 * Whether filling a template surely takes about as long as reading it: no loops, no values of its own that could grow, no
 * filters that may take much longer than their input is long. What LiquidJS checks between two tags then bounds all of it.
 */
export function isBounded(templates: readonly Template[], text: string): boolean {
  // A range may be of any length; looking for a long text in another takes up to the product of both.
  const tags = tagsOf(text).replaceAll(SHORT_SEARCH, '');
  return !/\.\.|\bcontains\b/.test(tags) && templates.every(bounded);
}

const tagsOf = (text: string): string => (text.match(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g) ?? []).join('');

function bounded(template: Template): boolean {
  if (template instanceof Output) return proportional(template.value);
  if (!(template instanceof Tag)) return true;
  if (!CHOOSING.has(template.name)) return false;
  const tag: Template = template;
  const values = [...(tag.arguments?.() ?? [])].filter((argument) => argument instanceof Value);
  const children = tag.children ? (toValueSync(tag.children(false, true)) as Template[]) : [];
  return values.every(proportional) && children.every(bounded);
}

const proportional = ({ filters }: Value): boolean =>
  filters.length <= MOST_FILTERS && filters.every(({ name }) => PROPORTIONAL.has(name));
