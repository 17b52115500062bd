import { holds, type RuleSubject, type RuleWorld } from './rule-evaluation.js';
import {
  type Comparison,
  type Condition,
  factOf,
  type FactName,
  type FactScope,
  type Rule,
  type RuleOp,
} from './segment-rule.js';

/** Whether a rule holds for a contact, and the conditions that decide it, each with what came of it. */
export interface Decision {
  holds: boolean;
  because: { condition: Condition; holds: boolean }[];
}

/** How many conditions an explanation names. */
const NAMED = 3;

/** Decides a rule and remembers by which conditions: the first that breaks an `all` or makes an `any`, else every one. */
export function decide(rule: Rule, subject: RuleSubject, world: RuleWorld): Decision {
  if ('not' in rule) {
    const inner = decide(rule.not, subject, world);
    return { ...inner, holds: !inner.holds };
  }
  const parts = 'all' in rule ? rule.all : 'any' in rule ? rule.any : null;
  if (!parts) {
    const condition = rule as Condition;
    const outcome = holds(condition, subject, world);
    return { holds: outcome, because: [{ condition, holds: outcome }] };
  }
  const deciding = 'any' in rule;
  const decisions = parts.map((part) => decide(part, subject, world));
  const first = decisions.find((decision) => decision.holds === deciding);
  return first ?? { holds: !deciding, because: decisions.flatMap(({ because }) => because) };
}

/** The conditions of a decision in words: `attribute plan is "pro", and it is not so that created_at is …`. */
export function inWords({ because }: Decision, nameOf: (segment: number) => string): string {
  const words = because
    .slice(0, NAMED)
    .map(({ condition, holds }) => `${holds ? '' : 'it is not so that '}${conditionInWords(condition, nameOf)}`);
  const more = because.length > NAMED ? `, and ${because.length - NAMED} more` : '';
  return `${words.join(', and ')}${more}`;
}

const OPS: Record<RuleOp, string> = {
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
const FACTS: Record<FactName, string> = {
  received: 'it was sent',
  opened: 'it opened',
  clicked: 'it clicked in',
};

function conditionInWords(condition: Condition, nameOf: (segment: number) => string): string {
  if ('segment' in condition) return `it is in the segment "${nameOf(condition.segment)}"`;
  const fact = factOf(condition);
  return fact ? factInWords(fact.name, fact.scope) : comparisonInWords(condition as Comparison);
}

function factInWords(name: FactName, { campaign, within_last, channel }: FactScope): string {
  const words = [FACTS[name], channel ? `a message by ${channel}` : 'a message'];
  if (campaign !== undefined) words.push(`of campaign ${campaign}`);
  if (within_last !== undefined) words.push(`within the last ${within_last}`);
  return words.join(' ');
}

function comparisonInWords(comparison: Comparison): string {
  const { op, value } = comparison;
  const subject = 'field' in comparison ? comparison.field : `attribute ${comparison.attribute}`;
  if (value === undefined) return `${subject} ${OPS[op]}`;
  const span = op === 'within_last' || op === 'within_next';
  const shown = Array.isArray(value)
    ? value
        .slice(0, NAMED)
        .map(quoted)
        .join(op === 'between' ? ' and ' : ', ')
    : span
      ? value
      : quoted(value);
  return `${subject} ${OPS[op]} ${shown}${Array.isArray(value) && value.length > NAMED ? ', …' : ''}`;
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));
