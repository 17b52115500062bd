import type { MessageKind } from '../../../audience/domain/recipient.js';
import type { EmailHeaders } from '../../../campaigns/domain/email-message.js';
import type { FooterWords, Lacking } from '../../../campaigns/domain/footer.js';
import { withHtmlFooter, withPreheader, withTextFooter } from '../../../campaigns/domain/footer.js';
import { escapeHtml } from '../../../campaigns/domain/plain-template.js';
import type { Sender } from '../../../platform/email-address.js';

/** What all emails of a run have in common. One object for the run, so that what is made of it is made once. */
export interface Edition {
  kind: MessageKind;
  /** Null for the installation's own. */
  sender: Sender | null;
  replyTo: string | null;
  headers: EmailHeaders;
  campaignId: number;
  runId: number;
  format: 'text' | 'html';
  /** What the engine adds to each of the two texts; null where only the finished message can tell. */
  lacking: { body: Lacking | null; text: Lacking | null };
  postalAddress: string | null;
  /** Nothing is added, and only the finished message can tell whether it has the link that it needs. */
  needsLink: boolean;
}

/** What an email to one recipient says, as its templates came out. */
export interface LetterWords {
  body: string;
  preheader: string | null;
  /** For an edition in HTML: the same as text. */
  text: string | null;
}

/** The texts of an email as they leave; HTML only where the edition is. */
export interface LetterBodies {
  text: string;
  html: string | null;
}

/** One email as a whole. What only some providers ask for, the signed link above all, is made when it is asked for. */
export class Letter {
  private url: string | null | undefined;

  constructor(
    readonly edition: Edition,
    private readonly words: LetterWords,
    private readonly link: () => string,
  ) {}

  /** Where the recipient unsubscribes; null where it is not asked to agree. */
  get unsubscribeUrl(): string | null {
    if (this.url === undefined) this.url = this.edition.kind === 'marketing' ? this.link() : null;
    return this.url;
  }

  /** With preheader, and with what the engine adds. */
  bodies(): LetterBodies {
    const { body, preheader, text } = this.words;
    const { format, lacking } = this.edition;
    if (format === 'text') return { text: withTextFooter(body, this.footerOf(body, lacking.body)), html: null };
    const html = withHtmlFooter(body, this.footerOf(body, lacking.body));
    return {
      text: withTextFooter(text ?? '', this.footerOf(text ?? '', lacking.text)),
      html: preheader === null ? html : withPreheader(html, preheader),
    };
  }

  private footerOf(text: string, lacking: Lacking | null): FooterWords {
    const { postalAddress: address } = this.edition;
    if (lacking !== null)
      return { url: lacking.link ? this.unsubscribeUrl : null, address: lacking.address ? address : null };
    const { unsubscribeUrl: url } = this;
    return {
      url: url !== null && !text.includes(url) ? url : null,
      address: address !== null && !text.includes(address) && !text.includes(escapeHtml(address)) ? address : null,
    };
  }
}
