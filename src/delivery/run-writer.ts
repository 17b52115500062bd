import type { LoadedFields } from '../audience/domain/recipient.js';
import type { CompiledContent, Rendered } from '../campaigns/domain/content.js';
import { type Edition, Letter } from './channels/email/letter.js';
import type { Notice, OutgoingMessage } from './channels/provider.js';
import type { RenderJob } from './rendering/render-process.js';

/** What a message says to one recipient. */
export type Written = Pick<OutgoingMessage, 'subject' | 'body' | 'format' | 'letter' | 'notice'>;

/** To whom a message goes, and where. */
export interface Addressee {
  contactId: number;
  address: string;
}

/** The links of a run's messages. */
export interface RunLinks {
  unsubscribe(to: Addressee): string;
  preferences(contactId: number): string;
  pushSubscribe(contactId: number): string;
  postalAddress: string | null;
}

/** Fills a message's templates elsewhere. */
export type Fill = (job: RenderJob) => Promise<(string | null)[]>;

/** How a run's messages are written. */
export interface Writing {
  format: 'text' | 'html';
  content: CompiledContent;
  links: RunLinks;
  /** Fills what may take long. */
  fill: Fill;
  /** Of an email. */
  edition: Edition | null;
  /** Of a push message. */
  notice: Omit<Notice, 'subscriptions'> | null;
  /** The text of HTML that no text template could be made of, of the message for these fields, which came to `body`. */
  toText: ((fields: object, body: string) => string) | null;
  /** What the templates speak of as `tracked`; null where nothing is counted. */
  tracked: ((contactId: number) => Record<string, string>) | null;
}

/** A recipient of whom a message is asked, with what its templates may speak of. */
interface Asked {
  to: Addressee;
  subscriptions: Notice['subscriptions'];
  own: Record<string, string | null> | null;
  fields: object;
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

  /** The fields that the templates speak of; null where only filling them can tell. */
  get spokenFields(): readonly string[] | null {
    return this.writing.content.fields;
  }

  /** Whether a message may take long to write, and is written elsewhere. */
  get heavy(): boolean {
    return !this.writing.content.bounded;
  }

  /** Throws where the templates cannot be filled for this recipient, or leave out the way out that must be in them. */
  write(to: Addressee, loaded: Partial<LoadedFields>): Written {
    const asked = this.askedFor(to, loaded);
    return this.written(asked, this.writing.content.render(asked.fields));
  }

  /** The same within hard limits and without keeping this process to itself; rejects with RenderStopped at a limit. */
  async writeElsewhere(to: Addressee, loaded: Partial<LoadedFields>): Promise<Written> {
    const { content, fill } = this.writing;
    const asked = this.askedFor(to, loaded);
    const filled = await fill({ sources: content.sources, fields: asked.fields });
    return this.written(asked, content.tidy(filled));
  }

  private askedFor(to: Addressee, loaded: Partial<LoadedFields>): Asked {
    const { notice, tracked } = this.writing;
    const own = this.spoken.any ? this.linksFor(to) : null;
    const { subscriptions, known } = notice === null ? { subscriptions: [], known: loaded } : apart(loaded);
    const fields = own || tracked ? { ...known, ...own, tracked: tracked?.(to.contactId) } : known;
    return { to, subscriptions, own, fields };
  }

  private written(asked: Asked, rendered: Rendered): Written {
    const { format, notice, edition } = this.writing;
    const { subject, body } = rendered;
    if (notice !== null) return { subject, body, format, notice: { subscriptions: asked.subscriptions, ...notice } };
    return edition === null
      ? { subject, body, format }
      : { subject, body, format, letter: this.letterOf(edition, asked, rendered) };
  }

  private letterOf(edition: Edition, { to, fields }: Asked, { body, text, preheader }: Rendered): Letter {
    const { toText, links } = this.writing;
    const words = { body, preheader, text: text ?? (toText ? toText(fields, body) : null) };
    const letter = new Letter(edition, words, () => links.unsubscribe(to));
    const leftOut = edition.needsWayOut ? letter.leftOut() : [];
    if (leftOut.length > 0) {
      const names = leftOut.map((name) => `{{ ${name} }}`).join(' and ');
      throw new Error(`For this contact the template leaves out ${names}, and footer is "none"`);
    }
    return letter;
  }

  private linksFor(to: Addressee): Record<string, string | null> {
    const { links } = this.writing;
    return {
      postal_address: links.postalAddress,
      unsubscribe_url: this.spoken.unsubscribe ? links.unsubscribe(to) : null,
      preferences_url: this.spoken.preferences ? links.preferences(to.contactId) : null,
      push_subscribe_url: this.spoken.pushSubscribe ? links.pushSubscribe(to.contactId) : null,
    };
  }
}

/** Where a push message goes is nothing that its templates speak of. */
function apart({ push_subscriptions: subscriptions = [], ...known }: Partial<LoadedFields>) {
  return { subscriptions, known };
}
