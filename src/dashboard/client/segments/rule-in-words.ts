import { conditionInWords } from '../../../audience/domain/condition-words.js';
import { groupOf, type Leaf, type Tree } from './rule-tree.js';

/** A rule as a sentence: `attribute plan is "pro" and (created_at is within the last 90 days or it is in the segment "vip")`. */
export function ruleInWords(rule: object, inner = false): string {
  const group = groupOf(rule as Tree);
  if (!group) return conditionInWords(rule as Leaf, (segment) => segment);
  const joined = group.parts.map((part) => ruleInWords(part, true)).join(group.mode === 'all' ? ' and ' : ' or ');
  if (group.mode === 'none') return `not (${joined})`;
  return inner && group.parts.length > 1 ? `(${joined})` : joined;
}
