import { Liquid, LiquidError } from 'liquidjs';
import { plainTemplate } from './plain-template.js';

/** How a message body is written: values are escaped in HTML, not in text. */
export const FORMATS = ['text', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** What a template may say about the message itself. */
export const MESSAGE_VARIABLES = [
  'unsubscribe_url',
  'preferences_url',
  'push_subscribe_url',
  'postal_address',
] as const;

/** What a campaign says; subject and message are Liquid templates over the contact. */
export interface Content {
  subject: string | null;
  message: string;
  format: Format;
  /** What else an email may have: words for the list of a mail program, and the message as text. */
  preheader?: string | null;
  text?: string | null;
}

/** A content filled for one recipient. */
export interface Rendered {
  subject: string | null;
  body: string;
  preheader: string | null;
  text: string | null;
}

/** A content version, parsed once and filled for each recipient. */
export interface CompiledContent {
  /** Fills subject and body. Throws a LiquidError where the template cannot be rendered for these fields. */
  render(fields: object): Rendered;
  /** Whether what message and text speak of stands in them for everybody. */
  plain: boolean;
  /** The fields that the templates speak of; null where only rendering can tell. */
  fields: readonly string[] | null;
}

/** Where and why a template does not parse. Line and column count from 1. */
export interface TemplateFault {
  line: number;
  column: number;
  message: string;
}

/**
 * Nothing but the given fields is reachable: own properties only, no files, no includes. The limits are LiquidJS's own:
 * characters parsed, milliseconds and memory units per rendering (R50).
 */
const limits = {
  ownPropertyOnly: true,
  strictFilters: true,
  dynamicPartials: false,
  templates: {},
  parseLimit: 1_000_000,
  renderLimit: 100,
  memoryLimit: 10_000_000,
} as const;

const engines: Record<Format, Liquid> = {
  html: new Liquid({ ...limits, outputEscape: 'escape' }),
  text: new Liquid(limits),
};
for (const engine of Object.values(engines))
  for (const tag of ['include', 'render', 'layout', 'block']) delete (engine.tags as Record<string, unknown>)[tag];

const controlCharacters = /\p{Cc}+/gu;

/** Parses all templates. Throws a LiquidError for the first that does not parse. */
export function compileContent({ subject, message, format, preheader, text }: Content): CompiledContent {
  const body = parse(format, message);
  const others = { subject, preheader, text };
  const [subjectLine, preview, alternative] = Object.values(others).map((each) =>
    each == null ? null : parse('text', each),
  ) as [Template | null, Template | null, Template | null];
  // A contact's name must not be able to end a header line.
  const line = (template: Template | null, fields: object) =>
    template === null ? null : template.fill(fields).replace(controlCharacters, ' ');
  return {
    render: (fields) => ({
      subject: line(subjectLine, fields),
      body: body.fill(fields),
      preheader: line(preview, fields),
      text: alternative === null ? null : alternative.fill(fields),
    }),
    plain: body.fields !== null && alternative?.fields !== null,
    fields: fieldsOf([subjectLine, body, preview, alternative].filter((template) => template !== null)),
  };
}

function fieldsOf(templates: Template[]): string[] | null {
  const fields = templates.map((template) => template.fields);
  return fields.includes(null) ? null : fields.flatMap((names) => names ?? []);
}

/** Parsing takes time in the square of the tags; so many take some milliseconds, and no message needs more. */
const MAX_TAGS = 1_000;

/** The first fault of a template, or null when it parses. */
export function templateFault(text: string, format: Format): TemplateFault | null {
  const tags = text.split(/\{[{%]/).length - 1;
  if (tags > MAX_TAGS) return { line: 1, column: 1, message: `it has ${tags} tags; at most ${MAX_TAGS} are possible` };
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
 * What a template that parses asks of a contact: each variable as its path, `['attributes', 'city']`. A path ends where
 * another variable decides how it goes on.
 */
export function templateVariables(text: string, format: Format): string[][] {
  const paths = engines[format].globalVariableSegmentsSync(text);
  return paths.map((path) => {
    const open = path.findIndex((segment) => typeof segment === 'object');
    return path.slice(0, open === -1 ? path.length : open).map(String);
  });
}

/** The variables that stand for themselves, without a path. */
export function soleVariables(text: string, format: Format): Set<string> {
  return new Set(templateVariables(text, format).flatMap((path) => (path.length === 1 ? path : [])));
}

/** One template, parsed. */
interface Template {
  fill(fields: object): string;
  fields: readonly string[] | null;
}

/** Plain templates are filled without the engine, all others, and values out of the ordinary, with it. */
function parse(format: Format, text: string): Template {
  const engine = engines[format];
  const templates = engine.parse(text);
  const plain = plainTemplate(text, format === 'html');
  return {
    fill: (fields) => plain?.fill(fields) ?? String(engine.renderSync(templates, fields)),
    fields: plain?.fields ?? null,
  };
}
