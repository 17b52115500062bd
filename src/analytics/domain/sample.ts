import type { Recipient } from '../../audience/domain/recipient.js';
import type { Rendered } from '../../campaigns/domain/content.js';
import { outsideGsm7, smsSegments } from '../../campaigns/domain/sms-segments.js';
import type { LintSample } from './lint-rule.js';

/** What the messages to a sample come to on the air. */
export interface SampledSms {
  messages: number;
  segments: number;
  fewest: number;
  most: number;
  /** How many of them a character outside of GSM-7 makes dearer. */
  ucs2: number;
  /** The first such character. */
  forcedBy: string | null;
  /** One that alone makes a message dearer. */
  dearBy: LintSample['dearBy'];
}

/** What the messages of a content are like for some contacts. */
export type Sample = LintSample & { sms: SampledSms };

/** How messages are made. */
interface Making {
  channel: string;
  /** Fills the content for a contact; rejects with the reason where it cannot be filled. */
  fill: (recipient: Recipient) => Promise<Rendered>;
  /** Asked between two messages: templates may be heavy, and whoever waits has other things to do. */
  enough: () => boolean;
}

/** Renders for some contacts and says what the messages are like. `subject` is the template of the subject. */
export async function lookAt(
  contacts: readonly Recipient[],
  subject: string | null,
  { channel, fill, enough }: Making,
): Promise<Sample> {
  const sms: SampledSms = { messages: 0, segments: 0, fewest: 0, most: 0, ucs2: 0, forcedBy: null, dearBy: null };
  let longestSubject = subject === null ? 0 : withoutTags(subject);
  let fault: string | null = null;
  let rendered = 0;
  for (const recipient of contacts) {
    if (recipient.exclusion !== null) continue;
    if (enough()) break;
    try {
      const message = await fill(recipient);
      const length = message.subject?.length ?? 0;
      longestSubject = rendered++ === 0 ? length : Math.max(longestSubject, length);
      if (channel === 'sms') addSms(sms, message.body);
    } catch (error) {
      fault ??= (error as Error).message;
    }
  }
  const attributes = new Set(contacts.flatMap(({ fields }) => Object.keys(fields.attributes ?? {})));
  return { size: contacts.length, attributes, longestSubject, mostSegments: sms.most, dearBy: sms.dearBy, fault, sms };
}

function addSms(sms: SampledSms, body: string): void {
  const { segments, forcedBy } = smsSegments(body);
  sms.fewest = sms.messages === 0 ? segments : Math.min(sms.fewest, segments);
  sms.most = Math.max(sms.most, segments);
  sms.messages += 1;
  sms.segments += segments;
  if (forcedBy === null) return;
  sms.ucs2 += 1;
  sms.forcedBy ??= forcedBy;
  const [character, ...others] = outsideGsm7(body);
  const without = others.length > 0 ? segments : smsSegments(body.replaceAll(character!, ' ')).segments;
  if (without < segments) sms.dearBy ??= { character: character!, segments, without };
}

const withoutTags = (template: string): number => template.replaceAll(/\{[{%].*?[%}]\}/gs, '').length;
