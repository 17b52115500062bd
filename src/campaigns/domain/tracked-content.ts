import type { Format } from './content.js';
import { atEnd } from './html-body.js';
import { isTrackable } from './link-target.js';

/** Links of a message that are counted; those beyond stay as they are. */
const MOST_LINKS = 200;

/** What Liquid takes literally, and its own tags: nothing in them is a link yet. */
const LIQUID = String.raw`\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}`;
/** What HTML reads as text to its end, whatever stands in it. */
const NO_TAGS = String.raw`<!--[\s\S]*?(?:-->|$)|<(script|style|title|textarea)(?=[\s/>])[\s\S]*?(?:</\1(?=[\s/>])|$)`;
/**
 * A value in quotes. Quotes of a Liquid output in it are Liquid's, and no longer there when HTML is read; they come in pairs, or a
 * value without an end would be looked for again and again.
 */
const OUTPUT = String.raw`\{\{(?:[^{}"']|"[^"{}]*"|'[^'{}]*')*\}\}`;
const QUOTED = ['"', "'"].map((quote) => `${quote}(?:${OUTPUT}|(?!${OUTPUT})[^${quote}])*${quote}`).join('|');
/** A link's tag with all of its attributes. It always takes as much as it can, so that no message takes long. */
const LINK_TAG = new RegExp(`${LIQUID}|${NO_TAGS}|<(?:a|area)\\s(?:[^<>"']|${QUOTED})*`, 'gi');
const IS_LINK_TAG = /^<a(?:rea)?\s/i;
/** A name begins nowhere but at its first sign, and the end of an address is looked for once: else both take the square of their length. */
const ATTRIBUTE = new RegExp(`(?<![^\\s"'=<>])([^\\s"'=<>]+)(\\s*=\\s*)(${QUOTED}|[^\\s"'<>=\`][^\\s"'<>\`]*)`, 'g');
/** An address in text, to its last character that can be meant as part of it. */
const ADDRESS = new RegExp(`${LIQUID}|https?://(?:[^\\s<>"'{}|\\\\^\`]|\\{\\{[^{}]*\\}\\})+`, 'gi');
const TRAILING = /(?<![.,;:!?)\]*_])[.,;:!?)\]*_]+$/;
/** Tags that give a name another meaning than the contact's field. */
const NAMING = /\{%-?\s*(?:assign|capture|for|tablerow|increment|decrement)\s+(\w+)/g;

/** What stands for a counted link in the template of a message. */
export const linkVariable = (number: number): string => `l${number}`;
const placeholder = (name: string): string => `{{ tracked.${name} }}`;

/** The links of a message that can be counted, each once, as they are meant: without the escapes of HTML. */
export function targetsOf(message: string, format: Format): string[] {
  const targets = new Set<string>();
  replaceTargets(message, format, (target) => {
    if (targets.size < MOST_LINKS) targets.add(target);
    return null;
  });
  return [...targets];
}

/** A message's template whose links with a number lead through `tracked.l<number>`. */
export function withLinks(message: string, format: Format, numbers: ReadonlyMap<string, number>): string {
  return replaceTargets(message, format, (target) => {
    const number = numbers.get(target);
    return number === undefined ? null : placeholder(linkVariable(number));
  });
}

/** An HTML template with a link at its end that no person sees, for programs that follow every link. */
export const withTrap = (html: string): string =>
  atEnd(
    html,
    `<a href="${placeholder('trap')}" style="display:none;mso-hide:all" aria-hidden="true" tabindex="-1" rel="nofollow"></a>`,
  );

/** An HTML template with the image that tells that it was opened. */
export const withPixel = (html: string): string =>
  atEnd(html, `<img src="${placeholder('pixel')}" width="1" height="1" alt="" style="border:0">`);

/** The other links of a message, each once, as they are meant: mail addresses, and those to web pages that cannot be counted. */
export function othersOf(message: string, format: Format): string[] {
  const others = new Set<string>();
  const hidden = namesIn(message);
  replaceLinks(message, format, (target) => {
    if (!isTrackable(target, hidden)) others.add(target);
    return null;
  });
  return [...others];
}

const namesIn = (message: string) => new Set(Array.from(message.matchAll(NAMING), ([, name]) => name!));

function replaceTargets(message: string, format: Format, replace: (target: string) => string | null): string {
  const hidden = namesIn(message);
  return replaceLinks(message, format, (target) => (isTrackable(target, hidden) ? replace(target) : null));
}

function replaceLinks(message: string, format: Format, replaced: (target: string) => string | null): string {
  if (format === 'text')
    return message.replace(ADDRESS, (found) => {
      if (found.startsWith('{')) return found;
      const address = found.replace(TRAILING, '');
      const replacement = replaced(address);
      return replacement === null ? found : replacement + found.slice(address.length);
    });
  return message.replace(LINK_TAG, (tag) => (IS_LINK_TAG.test(tag) ? inTag(tag, replaced) : tag));
}

function inTag(tag: string, replaced: (target: string) => string | null): string {
  return tag.replace(ATTRIBUTE, (attribute, name: string, equals: string, value: string) => {
    if (name.toLowerCase() !== 'href') return attribute;
    const bare = /^["']/.test(value) ? value.slice(1, -1) : value;
    const replacement = replaced(unescaped(bare).trim());
    return replacement === null ? attribute : `${name}${equals}"${replacement}"`;
  });
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text that an attribute's value stands for; what Liquid reads in it stays as it is. */
function unescaped(value: string): string {
  return value.replace(
    /\{\{[\s\S]*?\}\}|&(?:(amp|lt|gt|quot|apos)|#(\d{1,6})|#x([\da-f]{1,5}));/gi,
    (found, name, decimal, hex) => {
      if (found.startsWith('{')) return found;
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()]!;
      return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
    },
  );
}
