/** What HTML reads as text, or not at all, to its end: the first and the third group are empty where that does not come. */
const APART = String.raw`<!--[\s\S]*?(?:(-->)|$)|<(script|style|title|textarea|template)(?=[\s/>])[\s\S]*?(?:(<\/\2(?=[\s/>]))|$)`;
/** It always takes as much as it can, so that no message takes long; one without its end is no tag. */
const BODY_TAG = String.raw`<body(?=[\s/>])(?:[^<>"']|"[^"]*"|'[^']*')*>?`;
const BEGIN = new RegExp(`${APART}|(${BODY_TAG})`, 'gi');
const END = new RegExp(String.raw`${APART}|(<\/body(?=[\s/>]))`, 'gi');

/**
 * HTML with an addition at the end of its body, or at its own where it has none; before a comment or a style that does not end,
 * for it would be in that. Filled messages are looked at, each on its way out: whatever stands in one, it is gone through once.
 */
export function atEnd(html: string, addition: string): string {
  const at = endOf(html);
  return html.slice(0, at) + addition + html.slice(at);
}

/** HTML with an addition at the beginning of its body, or at its own where it has none. */
export function atBegin(html: string, addition: string): string {
  const at = beginOf(html);
  return html.slice(0, at) + addition + html.slice(at);
}

function beginOf(html: string): number {
  for (const { 4: tag, index } of html.matchAll(BEGIN))
    if (tag !== undefined) return tag.endsWith('>') ? index + tag.length : 0;
  return 0;
}

function endOf(html: string): number {
  let [body, open]: (number | null)[] = [null, null];
  for (const { 1: comment, 3: element, 4: tag, index } of html.matchAll(END)) {
    if (tag !== undefined) body = index;
    else if (comment === undefined && element === undefined) open = index;
  }
  return body ?? open ?? html.length;
}
