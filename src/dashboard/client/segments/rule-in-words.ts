import { factOf, type RuleOp } from '../../../audience/domain/segment-rule.js';
import { groupOf, type Leaf, type Tree } from './rule-tree.js';

/** Every comparison as it is read out. */
export const OP_WORDS: Record<RuleOp, string> = {
  eq: 'is',
  ne: 'is not',
  in: 'is one of',
  not_in: 'is none of',
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is more than',
  gte: 'is at least',
  between: 'is between',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  has: 'has',
  before: 'is before',
  after: 'is after',
  within_last: 'is within the last',
  within_next: 'is within the next',
  exists: 'is there',
  missing: 'is missing',
};

/** What each fact is called. */
export const FACT_WORDS = {
  received: 'was sent a message',
  opened: 'opened a message',
  clicked: 'clicked in a message',
};

function leafInWords(leaf: Leaf): string {
  if ('segment' in leaf) return `is in “${leaf.segment}”`;
  const fact = factOf(leaf);
  if (fact) {
    const { campaign, within_last, channel } = fact.scope;
    const words = [FACT_WORDS[fact.name]];
    if (channel !== undefined) words.push(`by ${channel}`);
    if (campaign !== undefined) words.push(`of campaign ${campaign}`);
    if (within_last !== undefined) words.push(`within the last ${within_last}`);
    return words.join(' ');
  }
  if (!('op' in leaf)) return '';
  const subject = 'field' in leaf ? leaf.field.replaceAll('_', ' ') : leaf.attribute;
  const value = leaf.value === undefined ? '' : ` ${[leaf.value].flat().join(', ')}`;
  return `${subject} ${OP_WORDS[leaf.op]}${value}`;
}

/** A rule as a sentence: "plan is pro and (created at is within the last 90 days or is in “vip”)". */
export function ruleInWords(rule: object, inner = false): string {
  const group = groupOf(rule as Tree);
  if (!group) return leafInWords(rule as Leaf);
  const joined = group.parts.map((part) => ruleInWords(part, true)).join(group.mode === 'all' ? ' and ' : ' or ');
  if (group.mode === 'none') return `not (${joined})`;
  return inner && group.parts.length > 1 ? `(${joined})` : joined;
}
