import type { MessageKind } from '../../../audience/domain/recipient.js';
import type { EmailHeaders } from '../../../campaigns/domain/email-message.js';
import type { FooterWords, Lacking } from '../../../campaigns/domain/footer.js';
import { leftOutOf, withHtmlFooter, withPreheader, withTextFooter } from '../../../campaigns/domain/footer.js';
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
  /** Nothing is added, and only the finished message can tell whether it has the way out that it needs. */
  needsWayOut: boolean;
  /** Whether the HTML may have its way out where nobody sees it. */
  mayHide: boolean;
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

  get preheader(): string | null {
    return this.words.preheader;
  }

  /** With preheader, and with what the engine adds. */
  bodies(): LetterBodies {
    const { body, preheader, text } = this.words;
    const { format, lacking } = this.edition;
    if (format === 'text')
      return { text: withTextFooter(body, this.footerOf(lacking.body ?? this.lackingInBody())), html: null };
    const html = withHtmlFooter(body, this.footerOf(lacking.body ?? this.lackingInBody()));
    return {
      text: withTextFooter(text ?? '', this.footerOf(lacking.text ?? this.lackingInText())),
      html: preheader === null ? html : withPreheader(html, preheader),
    };
  }

  /** What some text of the message does not show of the way out that it must have: names as templates speak of them. */
  leftOut(): string[] {
    const texts = [this.lackingInBody(), ...(this.edition.format === 'html' ? [this.lackingInText()] : [])];
    return [
      ...(texts.some(({ link }) => link) ? ['unsubscribe_url'] : []),
      ...(texts.some(({ address }) => address) ? ['postal_address'] : []),
    ];
  }

  /** What the filled message does not show, where its templates alone did not tell. */
  private lackingInBody(): Lacking {
    return leftOutOf(this.words.body, this.needed, this.edition.mayHide);
  }

  private lackingInText(): Lacking {
    return leftOutOf(this.words.text ?? '', this.needed, false);
  }

  private get needed(): FooterWords {
    return { url: this.unsubscribeUrl, address: this.edition.postalAddress };
  }

  private footerOf({ link, address }: Lacking): FooterWords {
    return { url: link ? this.unsubscribeUrl : null, address: address ? this.edition.postalAddress : null };
  }
}
