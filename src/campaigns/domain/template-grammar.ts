import { LiquidError, Tokenizer } from 'liquidjs';
import { TemplateReader } from './template-reader.js';
import { TAGS } from './template-tags.js';
import { TemplateMistake } from './template-words.js';

type Token = ReturnType<Tokenizer['readTopLevelTokens' | 'readLiquidTagTokens']>[number];
type TagToken = Extract<Token, { name: string }>;

/** A block that is open, and what of it has been there. */
interface Block {
  name: string;
  branches: number;
  otherwise: boolean;
}

const BLOCKS = new Set(['if', 'unless', 'case', 'for', 'tablerow', 'capture']);
/** Liquid tags within each other; nobody means more. */
const DEEPEST = 3;
/** Blocks whose text is not read as a template. */
const VERBATIM = new Set(['comment', 'raw']);

/**
 * The first thing in a template that is not understood: also what LiquidJS would go on without. Null where there is none, or
 * only LiquidJS can tell of it, as of a block without an end.
 */
export function mistakeIn(text: string): TemplateMistake | null {
  try {
    readTokens(new Tokenizer(text).readTopLevelTokens(), 0);
    return null;
  } catch (error) {
    if (error instanceof TemplateMistake) return error;
    if (LiquidError.is(error)) return null;
    throw error;
  }
}

function readTokens(tokens: readonly Token[], depth: number): void {
  const open: Block[] = [];
  let verbatim: string | null = null;
  for (const token of tokens) {
    const name = isTag(token) ? token.name : null;
    if (verbatim !== null && name !== `end${verbatim}`) continue;
    verbatim = name !== null && VERBATIM.has(name) ? name : null;
    heed(token, open);
    read(token);
    if (isTag(token) && name === 'liquid') readLines(token, depth);
  }
}

function readLines({ tokenizer, begin }: TagToken, depth: number): void {
  if (depth === DEEPEST) throw new TemplateMistake('too many liquid tags stand within each other', begin);
  readTokens(tokenizer.readLiquidTagTokens(), depth + 1);
}

/** Reads what stands in an output or a tag. */
function read(token: Token): void {
  if (!('contentRange' in token)) return;
  const { input, begin, contentRange } = token;
  const [from, to] = isTag(token) ? [token.tokenizer.p, contentRange[1]] : contentRange;
  const grammar = isTag(token) ? TAGS.get(token.name) : (reader: TemplateReader) => reader.filtered();
  if (!grammar) throw new TemplateMistake(`tag "${(token as TagToken).name}" not found`, begin);
  const reader = new TemplateReader(input, [from, to], begin);
  grammar(reader);
  reader.end();
}

/** Follows the blocks, so that no branch of one is lost. */
function heed(token: Token, open: Block[]): void {
  const block = open.at(-1);
  if (block?.name === 'case' && block.branches === 0 && !block.otherwise) requireBranch(token);
  if (!isTag(token)) return;
  const { name, begin } = token;
  if (name === `end${block?.name}`) open.pop();
  else if (BLOCKS.has(name)) open.push({ name, branches: 0, otherwise: false });
  else if (block && ['else', 'elsif', 'when'].includes(name)) {
    if (block.otherwise) throw new TemplateMistake(`${name} cannot stand after else`, begin);
    if (name === 'else') block.otherwise = true;
    else block.branches += 1;
  }
}

/** Before the first branch of a case nothing is printed. */
function requireBranch(token: Token): void {
  if (isTag(token) && ['when', 'else', 'endcase', 'comment', 'endcomment', '#'].includes(token.name)) return;
  const blank = 'getContent' in token ? /^\s*/.exec(token.getText())![0].length : 0;
  if (blank === token.getText().length) return;
  throw new TemplateMistake('what stands between case and its first when is never printed', token.begin + blank);
}

const isTag = (token: Token): token is TagToken => 'name' in token;
