/** Output and control tags of a Liquid template. */
const TAGS = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** How HTML is read as text: nothing is cut, shouted or broken, for there may be placeholders in it. */
const options = {
  wordwrap: false as const,
  selectors: [
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
 * to the same: a tag of control is lost or moved, one came from nowhere, or a value brings HTML of its own.
 */
export function textTemplateOf(html: string, toText: ToText): string | null {
  const text = toText(html);
  const before: string[] = html.match(TAGS) ?? [];
  const after: string[] = text.match(TAGS) ?? [];
  if (before.some((tag) => /\|\s*raw\b/.test(tag))) return null;
  const control = (tags: string[]) => tags.filter((tag) => tag.startsWith('{%')).join('\n');
  if (control(before) !== control(after)) return null;
  let at = 0;
  for (const tag of after) {
    at = before.indexOf(tag, at) + 1;
    if (at === 0) return null;
  }
  return text;
}
