import { CONTACT_FIELDS } from '../../audience/domain/recipient.js';
import { compileContent } from './content.js';
import { templateVariables } from './template-variables.js';
import { parseFault } from './template-fault.js';

/** How a target is filled: as text. */
const compiled = (target: string) => compileContent({ subject: null, message: target, format: 'text' });

/** Scheme and host, written out. */
const ORIGIN = /^https?:\/\/[^\s/?#{}<>"'\\@]+(?=[/?#]|$)/i;
const LONGEST = 2_000;

/**
 * Whether a link may be counted: it leads to a web page, nobody but who wrote it decides whose, and what else is in it can be
 * filled anew, in no time, when it is followed. `hidden` are names that the message gives another meaning.
 */
export function isTrackable(target: string, hidden: ReadonlySet<string>): boolean {
  const origin = ORIGIN.exec(target)?.[0];
  if (origin === undefined || target.length > LONGEST || !URL.canParse(origin)) return false;
  if (!target.includes('{')) return URL.canParse(target);
  if (target.includes('{%') || parseFault(target, 'text') !== null || !compiled(target).bounded) return false;
  return templateVariables(target, 'text').every(
    ([name]) => CONTACT_FIELDS.some((field) => field === name) && !hidden.has(name!),
  );
}

/** Whether the address of a link is not the same for everybody. */
export const asksForContact = (target: string): boolean => target.includes('{{');

/** Where a stored target leads for a contact; null where its values would make something else of it than a page there. */
export function fillTarget(target: string, fields: object): URL | null {
  const filled = asksForContact(target) ? compiled(target).render(fields).body : target;
  if (!URL.canParse(filled)) return null;
  const url = new URL(filled);
  return url.origin === new URL(ORIGIN.exec(target)![0]).origin ? url : null;
}
