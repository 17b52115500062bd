import { LiquidError } from 'liquidjs';
import type { Contact } from '../api/types.js';
import { CONTACT_FIELDS } from '../../../audience/domain/recipient.js';
import {
  compileContent,
  type Content,
  MESSAGE_VARIABLES,
  templateVariables,
} from '../../../campaigns/domain/content.js';

/** A message as one contact would get it, or why it can not be rendered. */
export type Rendering = { subject: string | null; body: string; missing: string[] } | { fault: string };

function valueAt(fields: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      value != null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined,
    fields,
  );
}

/** What the templates ask of a contact and it does not have. */
function missingOf({ subject, message, format }: Content, fields: object): string[] {
  const asked = [
    ...templateVariables(message, format),
    ...(subject === null ? [] : templateVariables(subject, 'text')),
  ];
  const given: readonly string[] = MESSAGE_VARIABLES;
  const lacking = asked.filter((path) => {
    if (given.includes(path[0]!)) return false;
    const value = valueAt(fields, path);
    return value === undefined || value === null || value === '';
  });
  return [...new Set(lacking.map((path) => path.join('.')))];
}

/** Renders with the engine that sends, and with what it lets a template see of a contact. */
export function render(content: Content, contact: Partial<Contact>): Rendering {
  const fields = {
    ...Object.fromEntries(CONTACT_FIELDS.map((field) => [field, contact[field] ?? null])),
    // Every message has its own; a preview leads nowhere.
    ...Object.fromEntries(MESSAGE_VARIABLES.map((name) => [name, `#${name}`])),
  };
  try {
    return { ...compileContent(content).render(fields), missing: missingOf(content, fields) };
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    return { fault: error.message.split('\n')[0]! };
  }
}
