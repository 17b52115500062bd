import { Tokenizer } from 'liquidjs';

/** What is wrong with a template, and at which character of it. */
export class TemplateMistake extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** As much of a template as a message repeats. */
const MOST_SHOWN = 30;

/**
 * What stands in one output or tag, word by word as LiquidJS reads it. What is asked for and is not there is a
 * TemplateMistake.
 */
export class TemplateWords {
  protected readonly words: Tokenizer;

  /** Of `text`, from the one character to the other. */
  constructor(
    protected readonly text: string,
    range: [number, number],
  ) {
    this.words = new Tokenizer(text, undefined, undefined, range);
  }

  /** A name that the template gives; `what` says of what. */
  name(what: string): string {
    this.words.skipBlank();
    const at = this.words.p;
    const name = this.words.readIdentifier();
    return name.size() ? name.getText() : this.lacks(what, at);
  }

  /** A text in quotes, if one is next. */
  quoted(): boolean {
    const at = this.skip();
    const token = this.words.readQuoted();
    if (!token) return false;
    const text = token.getText();
    const unescaped = text.replace(/\\[\s\S]/g, '..');
    if (text.length < 2 || !unescaped.endsWith(text[0]!)) this.fail('the quote that begins here has no end', at);
    return true;
  }

  /** Whether this is next; then it is read. Words are read whole. */
  takes(sign: string): boolean {
    const from = this.skip();
    const found = /\w/.test(sign) ? this.words.readIdentifier().getText() : this.text.slice(from, from + sign.length);
    const taken = found === sign && from + sign.length <= this.words.N;
    this.words.p = taken ? from + sign.length : from;
    return taken;
  }

  /** This, or a mistake. */
  needs(sign: string): void {
    if (!this.takes(sign)) this.lacks(`"${sign}"`, this.words.p);
  }

  /** Whether nothing is left. */
  atEnd(): boolean {
    this.skip();
    return this.words.end();
  }

  /** A mistake where anything is left; `hint` says what would be right. */
  end(hint?: string): void {
    if (!this.atEnd()) this.fail(`${this.rest()} is not expected here${hint ? `: ${hint}` : ''}`, this.words.p);
  }

  /** Leaves what is left to itself. */
  ignore(): void {
    this.words.p = this.words.N;
  }

  /** Where it reads on. */
  skip(): number {
    this.words.skipBlank();
    return this.words.p;
  }

  /** Throws the mistake. */
  fail(message: string, at: number): never {
    throw new TemplateMistake(message, at);
  }

  /** Throws the mistake that this is not here. */
  protected lacks(what: string, at: number): never {
    return this.fail(`${what} is expected ${this.atEnd() ? 'here' : `before ${this.rest()}`}`, at);
  }

  /** What is left, in quotes, or how it begins. */
  protected rest(): string {
    const rest = this.words.remaining().trim();
    // No character is cut in two: half of one is no text.
    return `"${rest.length > MOST_SHOWN ? `${Array.from(rest.slice(0, MOST_SHOWN)).slice(0, -1).join('')}…` : rest}"`;
  }
}
