import { callFault, FILTER_NAMES } from './template-filters.js';
import { TemplateWords } from './template-words.js';

/** Operators that compare two values; between them no "not" is understood. */
const COMPARING = new Set(['==', '!=', '<', '>', '<=', '>=', 'contains']);

/** Quotes of word processors; LiquidJS takes some of them for letters. */
const TYPOGRAPHIC = /[\u2018-\u201f«»‹›]/;

/** Values within brackets of values; nobody means more. */
const DEEPEST = 20;

/** Reads what stands in one output or tag, and refuses what LiquidJS would leave out of it or go on without. */
export class TemplateReader extends TemplateWords {
  private depth = 0;

  /** Of `text`, from the one character to the other; `begin` is where the output or tag begins. */
  constructor(
    text: string,
    range: [number, number],
    private readonly begin: number,
  ) {
    super(text, range);
  }

  /** A value or a comparison of several, with filters. */
  filtered(): void {
    this.expression();
    while (this.takes('|')) this.filter();
  }

  /** One value: a text, a number, a literal, a range or a variable with its path. */
  value(): void {
    this.words.skipBlank();
    const at = this.words.p;
    if ((this.depth += 1) > DEEPEST) this.fail('too much stands within brackets here', at);
    if (TYPOGRAPHIC.test(this.words.peek())) this.fail(`${this.rest()} is in no quotes: they are " or '`, at);
    const known = this.words.readLiteral() || this.quoted() || this.words.readNumber() || this.range();
    if (!known && this.words.peek() !== '[' && !this.words.readIdentifier().size()) this.lacks('a value', at);
    this.path();
    this.depth -= 1;
  }

  private expression(): void {
    for (let before = ''; ;) {
      this.operand(!COMPARING.has(before));
      const at = this.skip();
      const operator = this.words.readOperator();
      if (!operator) return;
      before = operator.getText();
      if (before === 'not') this.fail('"not" stands before a value, not after one', at);
    }
  }

  private operand(negatable: boolean): void {
    for (;;) {
      const at = this.skip();
      const operator = this.words.readOperator()?.getText();
      if (operator === undefined) return this.value();
      if (operator !== 'not') this.fail(`a value is expected before "${operator}"`, at);
      if (!negatable) this.fail('"not" cannot stand after a comparison', at);
    }
  }

  private range(): boolean {
    const at = this.skip();
    if (!this.takes('(')) return false;
    this.value();
    if (!this.takes('..')) this.fail('only a range stands in parentheses, such as (1..3)', at);
    this.value();
    this.needs(')');
    return true;
  }

  /** What follows a value without a blank: `.name`, `[0]`. */
  private path(): void {
    for (;;) {
      const next = this.words.peek();
      if (next === '[') {
        this.words.advance();
        this.value();
        this.needs(']');
      } else if (next === '.' && this.words.peek(1) !== '.') {
        this.words.advance();
        this.name('a name after the dot');
      } else return;
    }
  }

  private filter(): void {
    const at = this.skip();
    const name = this.name('the name of a filter');
    if (!FILTER_NAMES.includes(name)) this.fail(`undefined filter: ${name}`, this.begin);
    const options: string[] = [];
    let values = 0;
    if (this.takes(':'))
      do {
        const option = this.option();
        if (option !== null) options.push(option);
        else if (options.length > 0) this.fail('what is given by name comes last', this.words.p);
        else values += 1;
        const from = this.skip();
        this.value();
        if (values === 2 && name.endsWith('_exp')) this.quotedExpression(from, this.words.p);
      } while (this.takes(','));
    if (!this.atEnd() && !['|', ',', ':'].includes(this.words.peek()))
      this.end(values === 0 ? 'a colon stands between a filter and its values' : undefined);
    const fault = callFault(name, values, options);
    if (fault) this.fail(fault, at);
  }

  /** The expression that some filters take as a text in quotes; LiquidJS reads it only when it renders. */
  private quotedExpression(from: number, to: number): void {
    if (!/^(["'])[^\\]*\1$/.test(this.text.slice(from, to))) return;
    const within = new TemplateReader(this.text, [from + 1, to - 1], this.begin);
    within.filtered();
    within.end();
  }

  /** The name before a colon, if one is next. */
  private option(): string | null {
    const at = this.skip();
    const name = this.words.readIdentifier();
    if (name.size() && this.takes(':')) return name.getText();
    this.words.p = at;
    return null;
  }
}
