import type { Segment } from '../api/types.js';
import { ruleInWords } from './rule-in-words.js';
import { NEW_LEAF, type Tree } from './rule-tree.js';

/** A segment as it is being written; a list of contacts keeps its rule aside. */
export interface SegmentDraft {
  kind: Segment['kind'];
  name: string;
  description: string;
  rule: Tree;
}

/** What a segment is as it is, or a new one begins as; its rule may be begun already. */
export const draftOf = (segment: Segment | null, begun: Tree | null): SegmentDraft => ({
  kind: segment?.kind ?? 'rule',
  name: segment?.name ?? '',
  description: segment?.description ?? '',
  rule: (segment?.rule as Tree | null | undefined) ?? begun ?? { all: [NEW_LEAF] },
});

/** The whole of a segment as the API takes it. */
export const requestOf = ({ kind, name, description, rule }: SegmentDraft) => ({
  name,
  description: description || null,
  ...(kind === 'rule' ? { rule: rule as unknown as Record<string, never> } : {}),
});

/** The same for people to compare. */
export const inWords = ({ kind, name, description, rule }: SegmentDraft) => ({
  name,
  description,
  ...(kind === 'rule' ? { rule: ruleInWords(rule) } : {}),
});
