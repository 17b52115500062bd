import type { Document, Node } from 'yaml';

/** An alias that stands for nothing that could be read; `offset` is where it stands. */
export interface BadAlias {
  offset: number;
  message: string;
}

/** The aliases of a document whose anchor is nowhere before them, or around them. */
export function badAliases(document: Document, yaml: typeof import('yaml')): BadAlias[] {
  const bad: BadAlias[] = [];
  yaml.visit(document, {
    Alias(_, alias) {
      const offset = startOf(alias);
      const target = alias.resolve(document);
      if (!target) bad.push({ offset, message: `there is no anchor "${alias.source}" before this alias` });
      else if (startOf(target) <= offset && offset < endOf(target))
        bad.push({ offset, message: `this alias stands for something that it is a part of: "${alias.source}"` });
    },
  });
  return bad;
}

const startOf = ({ range }: Node): number => range?.[0] ?? 0;
const endOf = ({ range }: Node): number => range?.[1] ?? 0;
