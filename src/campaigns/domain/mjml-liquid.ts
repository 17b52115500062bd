import { Tokenizer, TypeGuards } from 'liquidjs';

/** An output or a tag of Liquid in a text, and what stands for it where the text is marked. */
export interface LiquidPiece {
  text: string;
  mark: string;
  /** Line and column count from 1. */
  line: number;
  column: number;
}

/** Nobody writes this; short, and the same in whatever case and place. */
const markOf = (index: number): string => `liquid8piece${index}x`;

/**
 * A template with a word of its own in the place of each output and tag, and what these are in their order. Two pieces may
 * read the same, as two `{% endif %}` do; their words tell which of them is still there. Throws a LiquidError where it does
 * not parse.
 */
export function markLiquid(template: string): { marked: string; pieces: LiquidPiece[] } {
  const tokens = new Tokenizer(template).readTopLevelTokens().filter((token) => !TypeGuards.isHTMLToken(token));
  const pieces = tokens.map((token, index) => {
    const [line = 1, column = 1] = token.getPosition();
    return { text: token.getText(), mark: markOf(index), line, column };
  });
  const between = tokens.map(({ begin }, index) => template.slice(tokens[index - 1]?.end ?? 0, begin));
  const marked = between.map((text, index) => text + pieces[index]!.mark).join('');
  return { marked: marked + template.slice(tokens.at(-1)?.end ?? 0), pieces };
}

/** The first piece that is not in what was made of the template, or not as it was written; null where all are. */
export function lostLiquid(pieces: readonly LiquidPiece[], made: { html: string; marked: string }): LiquidPiece | null {
  return pieces.find(({ text, mark }) => !made.marked.includes(mark) || !made.html.includes(text)) ?? null;
}
