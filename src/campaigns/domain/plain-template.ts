/** `{{ name }}`, `{{ a.b }}` and `{{ name | default: "text" }}`: what nearly every message is made of. */
const OUTPUT = /\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?:\|\s*default\s*:\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*)?\}\}/g;

/** Words that mean something else than a field to Liquid. */
const SPECIAL = /(?:^|\.)(?:true|false|nil|null|undefined|empty|blank|size|first|last|forloop)(?:\.|$)/;

const HTML_CHARACTERS = /[&<>"']/g;
const HTML_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

export interface PlainTemplate {
  /** The template filled; null for a value that is left to the full engine: anything but text, a number or nothing. */
  fill(fields: object): string | null;
  /** The fields it speaks of. */
  fields: readonly string[];
}

interface Slot {
  path: string[];
  fallback: string;
}

/**
 * A template of text and plain outputs only, taken apart once, so that filling it for a recipient is joining strings:
 * some twenty times faster than the engine. Null for any other template. It answers what LiquidJS would, by test.
 */
export function plainTemplate(text: string, escaped: boolean): PlainTemplate | null {
  const literals: string[] = [];
  const slots: Slot[] = [];
  let end = 0;
  for (const match of text.matchAll(OUTPUT)) {
    if (SPECIAL.test(match[1]!)) return null;
    literals.push(text.slice(end, match.index));
    slots.push({ path: match[1]!.split('.'), fallback: match[2] ?? match[3] ?? '' });
    end = match.index + match[0].length;
  }
  literals.push(text.slice(end));
  if (literals.some((literal) => literal.includes('{{') || literal.includes('{%'))) return null;
  const written = escaped ? escapeHtml : (value: string) => value;

  return {
    fill(fields) {
      let filled = literals[0]!;
      for (let index = 0; index < slots.length; index += 1) {
        const { path, fallback } = slots[index]!;
        const value = valueAt(fields, path);
        if (value === null) return null;
        filled += written(value === '' ? fallback : value) + literals[index + 1]!;
      }
      return filled;
    },
    fields: slots.map(({ path }) => path[0]!),
  };
}

/** Text as it may stand between tags and in attributes; as LiquidJS writes it. */
export function escapeHtml(value: string): string {
  return value.replace(HTML_CHARACTERS, (character) => HTML_ESCAPES[character]!);
}

/** The text of a field; '' for nothing, null for what is neither text nor a number. Own properties only. */
function valueAt(fields: object, path: string[]): string | null {
  let value: unknown = fields;
  for (const name of path) {
    if (value === null || value === undefined) return '';
    if (typeof value !== 'object' || Array.isArray(value)) return null;
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}
