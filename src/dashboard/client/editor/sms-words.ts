import { characterWords } from '../../../campaigns/domain/character-words.js';
import { MAX_SMS_SEGMENTS, smsSegments } from '../../../campaigns/domain/sms-segments.js';
import { countOf } from '../elements/figures.js';

/** A message as one contact gets it. */
export interface Gotten {
  text: string;
  who: string;
}

/** What Liquid would put something else in place of. */
const isTemplate = (message: string): boolean => /\{[{%]/.test(message);

/**
 * How many messages a text is on the air, and what makes it dearer: of what was previewed, or else of the template, which
 * counts its placeholders.
 */
export function smsWords(message: string, gotten: Gotten | null): { words: string; tooMany: boolean } {
  const text = gotten?.text ?? message;
  const { segments, units, encoding, forcedBy } = smsSegments(text);
  const of =
    gotten === null ? 'The template as it is typed: ' : isTemplate(message) ? `As ${gotten.who} gets it: ` : '';
  const tooMany = segments > MAX_SMS_SEGMENTS;
  return {
    words: [
      `${of}${countOf(units, 'character')} in ${countOf(segments, 'SMS segment')} (${encoding === 'gsm7' ? 'GSM-7' : 'UCS-2'}`,
      forcedBy !== null &&
        `, because of ${characterWords(forcedBy, text)}: such a message has room for 70 characters instead of 160`,
      ')',
      tooMany && `; carriers put ${MAX_SMS_SEGMENTS} together at most`,
    ]
      .filter((part) => part !== false)
      .join(''),
    tooMany,
  };
}
