import type { TemplateReader } from './template-reader.js';

type Grammar = (reader: TemplateReader) => void;

const nothing: Grammar = () => undefined;
const anything: Grammar = (reader) => reader.ignore();
const filtered: Grammar = (reader) => reader.filtered();
const variable: Grammar = (reader) => void reader.name('the name of a variable');

/** `item in items`, and what it takes by name. */
const loop =
  (named: readonly string[], flags: readonly string[] = []): Grammar =>
  (reader) => {
    reader.name('the name of a variable');
    reader.needs('in');
    reader.value();
    const at = reader.skip();
    if (reader.takes('|')) reader.fail('a loop filters nothing: assign what is filtered to a variable first', at);
    while (reader.takes(',') || !reader.atEnd()) parameter(reader, named, flags);
  };

function parameter(reader: TemplateReader, named: readonly string[], flags: readonly string[]): void {
  const at = reader.skip();
  const known = [...named, ...flags];
  const name = reader.name(`one of ${known.join(', ')}`);
  if (!known.includes(name)) reader.fail(`${name} is not expected here: it may be one of ${known.join(', ')}`, at);
  if (flags.includes(name)) return;
  reader.needs(':');
  reader.value();
}

const assign: Grammar = (reader) => {
  variable(reader);
  reader.needs('=');
  reader.filtered();
};

const capture: Grammar = (reader) => {
  if (!reader.quoted()) variable(reader);
};

const otherwise: Grammar = (reader) => reader.end('else takes no condition, elsif does');

/** Values with a comma or "or" between them. */
const when: Grammar = (reader) => {
  do reader.value();
  while (reader.takes(',') || reader.takes('or'));
};

/** Values in turn; a name for the turns may stand before them. */
const cycle: Grammar = (reader) => {
  reader.filtered();
  if (reader.takes(':')) reader.filtered();
  while (reader.takes(',')) reader.filtered();
};

/** What may stand in each tag, to its end. Lines of tags are tags themselves. */
export const TAGS: ReadonlyMap<string, Grammar> = new Map([
  ['assign', assign],
  ['capture', capture],
  ['case', filtered],
  ['when', when],
  ['if', filtered],
  ['unless', filtered],
  ['elsif', filtered],
  ['echo', filtered],
  ['for', loop(['limit', 'offset'], ['reversed'])],
  ['tablerow', loop(['cols', 'limit', 'offset'])],
  ['cycle', cycle],
  ['increment', variable],
  ['decrement', variable],
  ['else', otherwise],
  ...['comment', '#', 'liquid'].map((name): [string, Grammar] => [name, anything]),
  ...['break', 'continue', 'raw'].map((name): [string, Grammar] => [name, nothing]),
  ...['if', 'unless', 'case', 'for', 'tablerow', 'capture', 'comment', 'raw'].map((name): [string, Grammar] => [
    `end${name}`,
    nothing,
  ]),
]);
