import { Output, type Template, toValueSync } from 'liquidjs';
import { type Format, MESSAGE_VARIABLES } from './content.js';
import { engines } from './liquid.js';
import { variablesOf } from './template-variables.js';

/** All templates of a message. */
export interface Templates {
  message: string;
  format: Format;
  subject?: string | null;
  preheader?: string | null;
  text?: string | null;
}

/**
 * The variables of a contact that a message prints somewhere without a default, each once, as `attributes.city`: where one
 * of them is empty, the message has a gap. One that only a condition asks for is not among them.
 */
export function printedVariables({ message, format, subject, preheader, text }: Templates): string[] {
  const templates = [
    [message, format],
    [subject, 'text'],
    [preheader, 'text'],
    [text, 'text'],
  ] as const;
  const names = templates.flatMap(([template, written]) => (template ? printedIn(template, written) : []));
  const ours: readonly string[] = MESSAGE_VARIABLES;
  return [...new Set(names)].filter((name) => !ours.includes(name));
}

/** Those of them that these fields leave empty. */
export function emptyVariables(names: readonly string[], fields: object): string[] {
  return names.filter((name) => {
    let value: unknown = fields;
    for (const part of name.split('.'))
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : null;
    return value === null || value === undefined || value === '';
  });
}

function printedIn(template: string, format: Format): string[] {
  const parsed = engines[format].parse(template);
  const pathsIn = (templates: Template[]) => variablesOf(templates).map((path) => path.join('.'));
  const global = new Set(pathsIn(parsed));
  const bare = outputsIn(parsed).filter(({ value }) => !value.filters.some(({ name }) => name === 'default'));
  return pathsIn(bare).filter((name) => name !== '' && global.has(name));
}

function outputsIn(templates: Template[]): Output[] {
  return templates.flatMap((template) => {
    if (template instanceof Output) return [template];
    return template.children ? outputsIn(toValueSync(template.children(false, true)) as Template[]) : [];
  });
}
