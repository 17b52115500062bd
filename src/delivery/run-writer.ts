import type { ContactFields, LoadedFields } from '../audience/domain/recipient.js';
import type { CompiledContent } from '../campaigns/domain/content.js';
import { type Edition, Letter } from './channels/email/letter.js';
import type { Notice, OutgoingMessage } from './channels/provider.js';

/** What a message says to one recipient. */
export type Written = Pick<OutgoingMessage, 'subject' | 'body' | 'format' | 'letter' | 'notice'>;

/** The links of a run's messages. */
export interface RunLinks {
  unsubscribe(contactId: number): string;
  preferences(contactId: number): string;
  pushSubscribe(contactId: number): string;
  postalAddress: string | null;
}

/** How a run's messages are written. */
export interface Writing {
  format: 'text' | 'html';
  content: CompiledContent;
  links: RunLinks;
  /** Of an email. */
  edition: Edition | null;
  /** Of a push message. */
  notice: Omit<Notice, 'subscriptions'> | null;
  /** The text of HTML that no text template could be made of, of the message for these fields. */
  toText: ((fields: object) => string) | null;
  /** What the templates speak of as `tracked`; null where nothing is counted. */
  tracked: ((contactId: number) => Record<string, string>) | null;
}

/** Writes the messages of a run: what they have in common was made once. */
export class RunWriter {
  /** Which of the links the templates speak of; all where only filling them can tell. */
  private readonly spoken: { unsubscribe: boolean; preferences: boolean; pushSubscribe: boolean; any: boolean };

  constructor(private readonly writing: Writing) {
    const { fields } = writing.content;
    const speaksOf = (name: string) => fields?.includes(name) ?? true;
    const [unsubscribe, preferences] = [speaksOf('unsubscribe_url'), speaksOf('preferences_url')];
    const pushSubscribe = speaksOf('push_subscribe_url');
    const any = unsubscribe || preferences || pushSubscribe || speaksOf('postal_address');
    this.spoken = { unsubscribe, preferences, pushSubscribe, any };
  }

  /** Throws where the templates cannot be filled for this recipient, or leave out the way out that must be in them. */
  write(contactId: number, loaded: Partial<LoadedFields>): Written {
    const { notice } = this.writing;
    if (notice === null) return this.fill(contactId, loaded);
    // Where a message goes is nothing that its templates speak of.
    const { push_subscriptions: subscriptions = [], ...fields } = loaded;
    return { ...this.fill(contactId, fields), notice: { subscriptions, ...notice } };
  }

  private fill(contactId: number, fields: Partial<ContactFields>): Written {
    const { content, format, edition, toText, links, tracked } = this.writing;
    const own = this.spoken.any ? this.linksFor(contactId) : null;
    const known: object = own || tracked ? { ...fields, ...own, tracked: tracked?.(contactId) } : fields;
    const { subject, body, text, preheader } = content.render(known);
    if (edition === null) return { subject, body, format };
    if (edition.needsLink && !body.includes(own!.unsubscribe_url!))
      throw new Error('For this contact the template leaves out {{ unsubscribe_url }}, and footer is "none"');
    const words = { body, preheader, text: text ?? (toText ? toText(known) : null) };
    return { subject, body, format, letter: new Letter(edition, words, () => links.unsubscribe(contactId)) };
  }

  private linksFor(contactId: number): Record<string, string | null> {
    const { links } = this.writing;
    return {
      postal_address: links.postalAddress,
      unsubscribe_url: this.spoken.unsubscribe ? links.unsubscribe(contactId) : null,
      preferences_url: this.spoken.preferences ? links.preferences(contactId) : null,
      push_subscribe_url: this.spoken.pushSubscribe ? links.pushSubscribe(contactId) : null,
    };
  }
}
