import type { Document, LineCounter, Node } from 'yaml';
import { pointTo } from '../../platform/json-pointer.js';
import { badAliases } from './aliases.js';
import { CodeRefused, type Entry, type Fault, type Place, type ThingKind } from './domain/code.js';

/** A file as it was read. */
export interface CodeFile {
  path: string;
  text: string;
}

/** Aliases of aliases can stand for more than any memory holds. */
const MOST_ALIASED = 1_000;

type Yaml = typeof import('yaml');
interface Parsed {
  path: string;
  document: Document;
  lines: LineCounter;
}

/** What the parser says in the words of programmers. */
const WORDS: Record<string, string> = {
  MULTIPLE_DOCS: 'a file has one document: what follows on "---" goes into a file of its own',
};

const LISTS: Record<string, ThingKind> = { segments: 'segment', campaigns: 'campaign' };

/** The segments and campaigns in files, in their order. Throws CodeRefused with everything that is no such file. */
export async function readCode(files: CodeFile[]): Promise<Entry[]> {
  const yaml = await import('yaml');
  const faults: Fault[] = [];
  const entries = files.flatMap((file) => {
    const lines = new yaml.LineCounter();
    const document = yaml.parseDocument(file.text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
    // A tag that is not known is a warning to the parser: its value would be taken for text.
    const wrong = [...document.errors, ...document.warnings];
    const refuse = (offset: number, message: string) =>
      faults.push({ ...placeIn(file.path, lines, offset, ''), message });
    for (const { pos, code, message } of wrong) refuse(pos[0], WORDS[code] ?? message);
    if (wrong.length > 0) return [];
    const found = entriesOf({ path: file.path, document, lines }, yaml, faults);
    for (const { offset, message } of badAliases(document, yaml)) refuse(offset, message);
    return found;
  });
  if (faults.length > 0) throw new CodeRefused(faults);
  return entries;
}

function entriesOf(file: Parsed, yaml: Yaml, faults: Fault[]): Entry[] {
  const refuse = (pointer: string, message: string): Entry[] => {
    faults.push({ ...placeOf(file, yaml, pointer), message });
    return [];
  };
  const content = contentOf(file, yaml, refuse);
  if (content === null) return [];
  if (!isRecord(content)) return refuse('', 'a file has "segments", "campaigns" or both, each a list');
  return Object.entries(content).flatMap(([list, things]) => {
    const kind = LISTS[list];
    if (!kind) return refuse(pointTo('', list), `"${list}" is not known: a file has "segments" and "campaigns"`);
    if (things === null) return [];
    if (!Array.isArray(things)) return refuse(`/${list}`, `${list} must be a list`);
    return things.flatMap((value: unknown, index) => {
      const pointer = `/${list}/${index}`;
      if (isRecord(value) && '<<' in value)
        return refuse(`${pointer}/<<`, 'merge keys (<<) are not read: write out what they stand for');
      if (!isRecord(value) || typeof value.name !== 'string')
        return refuse(pointer, `a ${kind} needs a name: it is known by it`);
      const at = (inside: string) => placeOf(file, yaml, pointer + inside);
      return [{ kind, value: value as Entry['value'], at }];
    });
  });
}

/** Null for an empty one, and where an alias is wrong; that aliases stand for too much is found out only here. */
function contentOf({ document }: Parsed, yaml: Yaml, refuse: (pointer: string, message: string) => Entry[]): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASED }) as unknown;
  } catch {
    if (badAliases(document, yaml).length === 0)
      refuse('', `its aliases stand for more than ${MOST_ALIASED} things together: write them out`);
    return null;
  }
}

/** Where a pointer leads, or where it still led on its way: what is missing has no place of its own. */
function placeOf({ path, document, lines }: Parsed, yaml: Yaml, pointer: string): Place {
  let node: unknown = document.contents;
  let start = rangeOf(node);
  for (const key of pointer.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    if (yaml.isAlias(node)) node = node.resolve(document);
    if (yaml.isMap(node)) {
      const pair = node.items.find((item) => String((item.key as { value?: unknown }).value) === name);
      if (!pair) break;
      node = pair.value;
      start = rangeOf(pair.key) ?? start;
    } else if (yaml.isSeq(node) && node.items[Number(name)]) {
      node = node.items[Number(name)];
      start = rangeOf(node) ?? start;
    } else break;
  }
  return placeIn(path, lines, start ?? 0, pointer);
}

const rangeOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

function placeIn(file: string, lines: LineCounter, offset: number, pointer: string): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col), pointer };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
