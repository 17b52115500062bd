const LIQUID = /\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g;
/** What stands for a Liquid tag meanwhile: quotes in it are none of HTML's. No text of ours has U+0000. */
const PLACE = /\0(\d+)\0/g;
/** A tag with all of its attributes; it always takes as much as it can, so that no message takes long. */
const TAG = String.raw`<\/?[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>?`;
const UNSEEN = String.raw`<!--[\s\S]*?(?:-->|$)|<(style|script|title|template|textarea)\b[\s\S]*?(?:<\/\1\s*>|$)`;
const PART = new RegExp(`${UNSEEN}|${TAG}`, 'gi');
const NAME = /^<\/?([^\s/>]+)/;
const QUOTED = /"[^"]*"|'[^']*'/g;
const STYLE = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)/i;
const HREF = /\shref\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)/i;
/** Elements without an end: what follows is not in them. */
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

/**
 * An HTML template without what nobody sees or can follow: comments, styles, scripts, elements that are not displayed,
 * attributes but the address of a link. Tags of Liquid stay wherever they are, so that it remains a template.
 */
export function seenIn(html: string): string {
  const liquid: string[] = [];
  const bare = html.replaceAll(LIQUID, (tag) => `\0${liquid.push(tag) - 1}\0`);
  return seenOf(bare, (hidden) =>
    hidden.replaceAll(/[^\0]+|\0(\d+)\0/g, (place, at) => (liquid[at]?.startsWith('{%') ? place : '')),
  ).replaceAll(PLACE, (_, at) => liquid[at]!);
}

/** `kept` is what stays of a part that nobody sees. */
function seenOf(html: string, kept: (hidden: string) => string): string {
  let [seen, end, depth] = ['', 0, 0];
  /** The name of the element that is not displayed, and within which `depth` of its like are open. */
  let hidden: string | null = null;
  const text = (to: number): string => (hidden === null ? html.slice(end, to) : kept(html.slice(end, to)));
  for (const match of html.matchAll(PART)) {
    const { 0: part, index } = match;
    seen += text(index);
    end = index + part.length;
    if (match[1] !== undefined || part.startsWith('<!')) {
      seen += kept(part);
      continue;
    }
    const name = NAME.exec(part)![1]!.toLowerCase();
    const shown: string = hidden === null ? addressIn(part, name) : '';
    seen += ` ${kept(shown === '' ? part : part.replace(shown, ''))}${shown} `;
    if (hidden === null && isHidden(part) && !VOID.has(name) && !part.startsWith('</')) [hidden, depth] = [name, 1];
    else if (name === hidden) depth += part.startsWith('</') ? -1 : 1;
    if (depth === 0) hidden = null;
  }
  return seen + text(html.length);
}

function isHidden(tag: string): boolean {
  return (
    /\shidden(?=[\s>=]|$)/i.test(tag.replaceAll(QUOTED, '')) || /display\s*:\s*none/i.test(STYLE.exec(tag)?.[1] ?? '')
  );
}

/** Where a link leads that can be seen. */
const addressIn = (tag: string, name: string): string =>
  (name === 'a' || name === 'area') && !isHidden(tag) ? (HREF.exec(tag)?.[1] ?? '') : '';
