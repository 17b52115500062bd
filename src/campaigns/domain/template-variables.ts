import { type Template, toValueSync, TypeGuards, Value } from 'liquidjs';
import type { Format } from './content.js';
import { engines } from './liquid.js';

const { isFilteredValueToken, isPropertyAccessToken, isQuotedToken, isRangeToken } = TypeGuards;
const { isNumberToken, isWordToken } = TypeGuards;

/**
 * What a template that parses asks of a contact: each variable once, as its path, `['attributes', 'city']`. A path ends
 * where another variable decides how it goes on.
 */
export function templateVariables(text: string, format: Format): string[][] {
  return variablesOf(engines[format].parse(text));
}

/** The variables that stand for themselves, without a path. */
export function soleVariables(text: string, format: Format): Set<string> {
  return new Set(templateVariables(text, format).flatMap((path) => (path.length === 1 ? path : [])));
}

/**
 * The same of templates that were parsed. LiquidJS's own analysis finds the same, in a time that grows with the square of
 * their number: one message kept the process busy for minutes.
 */
export function variablesOf(templates: readonly Template[]): string[][] {
  const found = new Map<string, string[]>();
  collect(templates, [new Set()], found);
  return [...found.values()];
}

/** What a template sets itself is none of a contact's: by `assign` and its like from there on, in a loop within it. */
function collect(templates: readonly Template[], scopes: readonly Set<string>[], found: Map<string, string[]>): void {
  for (const template of templates) {
    const read = [...(template.arguments?.() ?? [])].flatMap((argument) => [...pathsIn(argument)]);
    for (const path of read)
      if (path.length > 0 && !scopes.some((scope) => scope.has(path[0]!))) found.set(JSON.stringify(path), path);
    for (const { content } of template.localScope?.() ?? []) scopes[0]!.add(content);
    if (!template.children) continue;
    const children = toValueSync(template.children(false, true)) as Template[];
    collect(children, template.blockScope ? [...scopes, new Set(template.blockScope())] : scopes, found);
  }
}

/** The paths in an expression, its filters' values among it, and in the brackets of paths. */
function* pathsIn(expression: unknown): Generator<string[]> {
  if (expression instanceof Value || isFilteredValueToken(expression)) {
    for (const token of expression.initial.postfix) yield* pathsIn(token);
    for (const { args } of expression.filters)
      for (const arg of args) yield* pathsIn(Array.isArray(arg) ? arg[1] : arg);
  } else if (isRangeToken(expression)) {
    yield* pathsIn(expression.lhs);
    yield* pathsIn(expression.rhs);
  } else if (isPropertyAccessToken(expression)) {
    yield pathOf(expression.props);
    for (const prop of expression.props) yield* pathsIn(prop);
  }
}

function pathOf(props: readonly unknown[]): string[] {
  const open = props.findIndex((prop) => !isName(prop));
  return props
    .slice(0, open === -1 ? props.length : open)
    .map((prop) => String((prop as { content: unknown }).content));
}

const isName = (prop: unknown): boolean => isQuotedToken(prop) || isNumberToken(prop) || isWordToken(prop);
