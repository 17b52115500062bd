import { isBounded } from './bounded-template.js';
import { engines } from './liquid.js';
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

/** One template as it is written. */
export interface TemplateSource {
  format: Format;
  template: string;
}

/** A content version, parsed once and filled for each recipient. */
export interface CompiledContent {
  /** Fills subject and body. Throws a LiquidError where the template cannot be rendered for these fields. */
  render(fields: object): Rendered;
  /** What comes of the sources, filled elsewhere in the same order. */
  tidy(filled: (string | null)[]): Rendered;
  /** The templates, for who fills them elsewhere; null where there is none. */
  sources: readonly (TemplateSource | null)[];
  /** Whether filling them surely takes no longer than it may in the middle of everything else. */
  bounded: boolean;
  /** Whether what message and text speak of stands in them for everybody. */
  plain: boolean;
  /** The fields that the templates speak of; null where only rendering can tell. */
  fields: readonly string[] | null;
}

const controlCharacters = /\p{Cc}+/gu;

/** Parses all templates. Throws a LiquidError for the first that does not parse. */
export function compileContent({ subject, message, format, preheader, text }: Content): CompiledContent {
  const written: [Format, string | null | undefined][] = [
    ['text', subject],
    [format, message],
    ['text', preheader],
    ['text', text],
  ];
  const templates = written.map(([as, template]) => (template == null ? null : parse(as, template)));
  const present = templates.filter((template) => template !== null);
  const [, body, , alternative] = templates as [unknown, Template, unknown, Template | null];
  return {
    render: (fields) => tidy(templates.map((template) => template && template.fill(fields))),
    tidy,
    sources: written.map(([as, template]) => (template == null ? null : { format: as, template })),
    plain: body.fields !== null && alternative?.fields !== null,
    bounded: present.every((template) => template.bounded),
    fields: fieldsOf(present),
  };
}

function tidy([subject, body, preheader, text]: (string | null)[]): Rendered {
  return { subject: line(subject!), body: body!, preheader: line(preheader!), text: text! };
}

/** A contact's name must not be able to end a header line. */
const line = (filled: string | null): string | null => filled && filled.replace(controlCharacters, ' ');

function fieldsOf(templates: Template[]): string[] | null {
  const fields = templates.map((template) => template.fields);
  return fields.includes(null) ? null : fields.flatMap((names) => names ?? []);
}

/** One template, parsed. */
interface Template {
  fill(fields: object): string;
  fields: readonly string[] | null;
  bounded: boolean;
}

/** Plain templates are filled without the engine, all others, and values out of the ordinary, with it. */
function parse(format: Format, text: string): Template {
  const engine = engines[format];
  const templates = engine.parse(text);
  const plain = plainTemplate(text, format === 'html');
  return {
    fill: (fields) => plain?.fill(fields) ?? String(engine.renderSync(templates, fields)),
    fields: plain?.fields ?? null,
    bounded: plain !== null || isBounded(templates, text),
  };
}
