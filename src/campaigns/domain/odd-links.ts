import { MESSAGE_VARIABLES, type Format } from './content.js';
import { othersOf } from './tracked-content.js';

/** A link that is a variable of the message itself leads to the recipient's own page, of which no click is counted. */
const OWN = new RegExp(`^\\{\\{-?\\s*(?:${MESSAGE_VARIABLES.join('|')})\\b`);
const WEB = /^https?:/i;
const LIQUID = /\{[{%]/;
/** Scheme and nothing else. */
const NOWHERE = /^https?:[/\\]*$/i;

/** Links that could lead to web pages, of which no click can be counted: nobody knows where before they are written. */
export const uncountedLinks = (message: string, format: Format): string[] =>
  othersOf(message, format).filter(
    (target) => LIQUID.test(target) && !OWN.test(target) && (WEB.test(target) || target.startsWith('{')),
  );

/** Links that lead nowhere, as they are written. */
export const deadLinks = (message: string, format: Format): string[] =>
  othersOf(message, format).filter(
    (target) =>
      target === '' || NOWHERE.test(target) || (WEB.test(target) && !LIQUID.test(target) && !URL.canParse(target)),
  );
