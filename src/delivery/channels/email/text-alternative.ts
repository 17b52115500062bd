import type { FormatCallback } from 'html-to-text';

/** Output and control tags of a Liquid template. */
const TAGS = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** What is left of one where quotes within it ended the attribute it stands in, as HTML reads it. */
const HALF_TAG = /\{\{|\{%|\}\}|%\}/;

/** Filters that answer HTML: in a text it would stand as it is. */
const HTML_FILTER = /\|\s*(?:raw|escape|escape_once|xml_escape|newline_to_br)\b/;

/** What makes an element one that nobody sees, however its children are styled; text of no size is not among it: children have their own. */
const HIDDEN =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0+)\s*(?:!\s*important\s*)?(?:;|$)/i;
const NO_HEIGHT = /(?:^|;)\s*(?:max-)?height\s*:\s*0+(?:px|em|rem|pt|%)?\s*(?:!\s*important\s*)?(?:;|$)/i;
const CUT = /(?:^|;)\s*overflow(?:-y)?\s*:\s*(?:hidden|clip)\s*(?:!\s*important\s*)?(?:;|$)/i;

/** Reads an element as if it had no style, or not at all where its style hides it: a preheader stands in no text. */
const unlessHidden: FormatCallback = (element, walk, builder) => {
  const { style = '', ...attribs } = element.attribs ?? {};
  if (HIDDEN.test(style) || (NO_HEIGHT.test(style) && CUT.test(style))) return;
  walk([{ ...element, attribs }], builder);
};

/** How HTML is read as text: nothing is cut, shouted or broken, for there may be placeholders in it. */
const options = {
  wordwrap: false as const,
  // It goes down into elements by calling itself: beyond that, nobody lays out a message.
  limits: { maxDepth: 400 },
  formatters: { unlessHidden },
  selectors: [
    // Whatever else is known of an element, this is asked first.
    { selector: '*[hidden]', format: 'skip' },
    { selector: '*[style]', format: 'unlessHidden' },
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] as [string, string] } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/** Reads HTML as text. */
export type ToText = (html: string) => string;

/** The converter; loaded by who sends HTML only. */
export async function textConverter(): Promise<ToText> {
  const { convert } = await import('html-to-text');
  return (html) => convert(html, options);
}

/**
 * An HTML template as a text template, so that it need not be converted for each recipient; null where that would not come
 * to the same: a tag of control is lost or moved, one came from nowhere or in half, or a value brings HTML of its own.
 */
export function textTemplateOf(html: string, toText: ToText): string | null {
  const text = toText(html);
  const before: string[] = html.match(TAGS) ?? [];
  const after: string[] = text.match(TAGS) ?? [];
  if (before.some((tag) => HTML_FILTER.test(tag)) || HALF_TAG.test(text.replace(TAGS, ''))) return null;
  const control = (tags: string[]) => tags.filter((tag) => tag.startsWith('{%')).join('\n');
  if (control(before) !== control(after)) return null;
  let at = 0;
  for (const tag of after) {
    at = before.indexOf(tag, at) + 1;
    if (at === 0) return null;
  }
  return text;
}
