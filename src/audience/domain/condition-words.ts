import { type Comparison, type Condition, factOf, type FactName, type FactScope, type RuleOp } from './segment-rule.js';

/** How many values of a list are read out. */
const LISTED = 3;

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
export const FACT_WORDS: Record<FactName, string> = {
  received: 'was sent a message',
  opened: 'opened a message',
  clicked: 'clicked in a message',
};

/** A condition as it is read out, `attribute plan is "pro"`; `nameOf` tells what a segment is called. */
export function conditionInWords<Segment>(condition: Condition<Segment>, nameOf: (segment: Segment) => string): string {
  if ('segment' in condition) return `it is in the segment "${nameOf(condition.segment)}"`;
  const fact = factOf(condition);
  return fact ? factInWords(fact.name, fact.scope) : comparisonInWords(condition as Comparison);
}

function factInWords(name: FactName, { campaign, within_last, channel }: FactScope): string {
  const words = [`it ${FACT_WORDS[name]}`];
  if (channel !== undefined) words.push(`by ${channel}`);
  if (campaign !== undefined) words.push(`of campaign ${campaign}`);
  if (within_last !== undefined) words.push(`within the last ${within_last}`);
  return words.join(' ');
}

function comparisonInWords(comparison: Comparison): string {
  const { op, value } = comparison;
  const subject = 'field' in comparison ? comparison.field : `attribute ${comparison.attribute}`;
  if (value === undefined) return `${subject} ${OP_WORDS[op]}`;
  const span = op === 'within_last' || op === 'within_next';
  const shown = Array.isArray(value)
    ? value
        .slice(0, LISTED)
        .map(quoted)
        .join(op === 'between' ? ' and ' : ', ')
    : span
      ? value
      : quoted(value);
  return `${subject} ${OP_WORDS[op]} ${shown}${Array.isArray(value) && value.length > LISTED ? ', …' : ''}`;
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));
