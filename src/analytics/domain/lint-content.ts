import { CONTACT_FIELDS } from '../../audience/domain/recipient.js';
import { type Format, MESSAGE_VARIABLES } from '../../campaigns/domain/content.js';
import { deadLinks, uncountedLinks } from '../../campaigns/domain/odd-links.js';
import { templateVariables } from '../../campaigns/domain/template-variables.js';
import { lackingIn } from '../../campaigns/domain/footer.js';
import { templateFault } from '../../campaigns/domain/template-fault.js';
import { characterWords } from '../../campaigns/domain/character-words.js';
import { MAX_SMS_SEGMENTS } from '../../campaigns/domain/sms-segments.js';
import { type LintRule, type LintSample, when } from './lint-rule.js';

/** Lines longer than this are cut off by many mail programs (RFC 5322 §2.1.1). */
const LONG_SUBJECT = 78;

/** What is easily overlooked in a message. */
export const contentRules: LintRule[] = [
  {
    code: 'NO_UNSUBSCRIBE_LINK',
    pointer: '/message',
    check: ({ channel, kind, footer, message, format }) =>
      when(channel === 'email' && kind === 'marketing' && lackingIn(message, format, null).link, () => {
        return footer === 'auto'
          ? 'The message has no {{ unsubscribe_url }}; a footer with the link is added below it.'
          : 'The message has no {{ unsubscribe_url }}; marketing by email needs a way out.';
      }),
  },
  {
    code: 'UNKNOWN_VARIABLE',
    pointer: '/message',
    check: ({ message, format, sample }) => unknownVariables(message, format, sample),
  },
  {
    code: 'UNKNOWN_VARIABLE',
    pointer: '/subject',
    check: ({ subject, sample }) => unknownVariables(subject ?? '', 'text', sample),
  },
  {
    code: 'NOT_UNDERSTOOD',
    pointer: '/message',
    check: ({ message, format }) => notUnderstood(message, format),
  },
  {
    code: 'NOT_UNDERSTOOD',
    pointer: '/subject',
    check: ({ subject }) => notUnderstood(subject ?? '', 'text'),
  },
  {
    code: 'LINK_NOT_COUNTED',
    pointer: '/message',
    check: ({ message, format, clicks }) =>
      (clicks ? uncountedLinks(message, format) : []).map(
        (target) => `Clicks on ${target} are not counted: where it leads is known only when it is written.`,
      ),
  },
  {
    code: 'DEAD_LINK',
    pointer: '/message',
    check: ({ message, format }) =>
      deadLinks(message, format).map((target) =>
        target === '' ? 'A link has no address: it leads nowhere.' : `A link to ${target} leads nowhere.`,
      ),
  },
  {
    code: 'NO_SUBJECT',
    pointer: '/subject',
    check: ({ channel, subject }) =>
      when(channel === 'email' && !subject?.trim(), () => {
        return subject === null ? "Without a subject the campaign's name is taken." : 'The subject is empty.';
      }),
  },
  {
    code: 'LONG_SUBJECT',
    pointer: '/subject',
    check: ({ channel, sample: { longestSubject } }) =>
      when(channel === 'email' && longestSubject > LONG_SUBJECT, () => {
        return `The subject comes to ${longestSubject} characters; beyond ${LONG_SUBJECT} many mail programs cut it off.`;
      }),
  },
  {
    code: 'MANY_SEGMENTS',
    pointer: '/message',
    check: ({ channel, sample: { mostSegments } }) =>
      when(channel === 'sms' && mostSegments > MAX_SMS_SEGMENTS, () => {
        return `The message comes to ${mostSegments} SMS segments; carriers put at most ${MAX_SMS_SEGMENTS} together again.`;
      }),
  },
  {
    code: 'DEAR_CHARACTER',
    pointer: '/message',
    // What comes from contacts is theirs, and nothing to mend in the message.
    check: ({ channel, message, sample: { dearBy } }) =>
      when(channel === 'sms' && dearBy !== null && message.includes(dearBy.character), () => {
        const { character, segments, without } = dearBy!;
        const alone = `One character alone makes it ${segments} SMS segments instead of ${without}`;
        return `${alone}: ${characterWords(character, message)}.`;
      }),
  },
  {
    code: 'CANNOT_BE_RENDERED',
    pointer: '/message',
    check: ({ sample: { fault } }) => when(fault !== null, () => `For some contacts the message would fail: ${fault}`),
  },
];

/** What would not be saved any more: templates from before it was looked for are sent as they always were. */
function notUnderstood(text: string, format: Format): string[] {
  const fault = templateFault(text, format);
  return when(fault !== null, () => {
    return `Line ${fault!.line}, column ${fault!.column}: ${fault!.message}. It would be left out of what is sent.`;
  });
}

const known = new Set<string>([...CONTACT_FIELDS, ...MESSAGE_VARIABLES]);

/** Variables that are neither a field of contacts nor an attribute that anybody in the sample has. */
function unknownVariables(text: string, format: Format, { size, attributes }: LintSample): string[] {
  const unknown = templateVariables(text, format).filter(([name, attribute]) => {
    if (name !== 'attributes') return !known.has(name!);
    return attribute !== undefined && size > 0 && !attributes.has(attribute);
  });
  return [...new Set(unknown.map((path) => path.join('.')))].map((name) =>
    name.startsWith('attributes.')
      ? `None of the ${size.toLocaleString('en')} contacts looked at has the attribute of {{ ${name} }}; it would be empty.`
      : `{{ ${name} }} is not a field of contacts; it would be empty. Attributes are {{ attributes.name }}.`,
  );
}
