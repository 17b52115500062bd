import { isoInstant, ruleInstant, shift } from './rule-time.js';
import {
  type Comparison,
  type Condition,
  factOf,
  type Happening,
  type Rule,
  RULE_FIELDS,
  type RuleField,
  type Scalar,
} from './segment-rule.js';

/** A contact as a rule sees it. */
export interface RuleSubject {
  fields: Record<RuleField, string | Date | null>;
  attributes: Record<string, unknown>;
  /** The static segments it is a member of. */
  memberOf: ReadonlySet<number>;
  /** Whether something happened to it. */
  happened(what: Happening): boolean;
}

/** What a rule means at a moment: distances are from `now`, and segments by rule have the rules they have then. */
export interface RuleWorld {
  now: Date;
  /** The rule of each segment that one may name; null for a static one. */
  rules: ReadonlyMap<number, Rule | null>;
}

/**
 * Whether a contact belongs. There are two answers, never a third: a comparison with what is missing, or is of another
 * kind than the value, does not hold, and `not`, `ne` and `not_in` hold exactly where their opposite does not.
 */
export function matches(rule: Rule, subject: RuleSubject, world: RuleWorld): boolean {
  if ('all' in rule) return rule.all.every((part) => matches(part, subject, world));
  if ('any' in rule) return rule.any.some((part) => matches(part, subject, world));
  if ('not' in rule) return !matches(rule.not, subject, world);
  return holds(rule, subject, world);
}

/** Whether one condition holds. */
export function holds(condition: Condition, subject: RuleSubject, world: RuleWorld): boolean {
  if ('segment' in condition) {
    const rule = world.rules.get(condition.segment);
    return rule ? matches(rule, subject, world) : subject.memberOf.has(condition.segment);
  }
  if (factOf(condition)) return subject.happened(condition as Happening);
  return compares(condition as Comparison, valueOf(condition as Comparison, subject), world.now);
}

function valueOf(comparison: Comparison, { fields, attributes }: RuleSubject): unknown {
  if ('field' in comparison) return fields[comparison.field];
  return Object.hasOwn(attributes, comparison.attribute) ? attributes[comparison.attribute] : null;
}

function compares(comparison: Comparison, actual: unknown, now: Date): boolean {
  const { op } = comparison;
  const given = comparison.value as Scalar;
  const list = comparison.value as Scalar[];
  const bound = isTime(comparison) ? (value: Scalar) => ruleInstant(value as string, now)! : (value: Scalar) => value;
  switch (op) {
    case 'eq':
      return actual === given;
    case 'ne':
      return actual !== given;
    case 'in':
      return list.includes(actual as Scalar);
    case 'not_in':
      return !list.includes(actual as Scalar);
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return inOrder(op, order(actual, bound(given)));
    case 'between':
      return inOrder('gte', order(actual, bound(list[0]!))) && inOrder('lte', order(actual, bound(list[1]!)));
    case 'contains':
      return typeof actual === 'string' && actual.includes(given as string);
    case 'starts_with':
      return typeof actual === 'string' && actual.startsWith(given as string);
    case 'ends_with':
      return typeof actual === 'string' && actual.endsWith(given as string);
    case 'has':
      return Array.isArray(actual) && actual.includes(given);
    case 'before':
      return inOrder('lt', order(instantOf(actual), ruleInstant(given as string, now)!));
    case 'after':
      return inOrder('gt', order(instantOf(actual), ruleInstant(given as string, now)!));
    case 'within_last':
      return isWithin(instantOf(actual), shift(now, given as string, -1)!, now);
    case 'within_next':
      return isWithin(instantOf(actual), now, shift(now, given as string, 1)!);
    case 'exists':
      return actual !== null && actual !== undefined;
    case 'missing':
      return actual === null || actual === undefined;
  }
}

const isTime = (comparison: Comparison) => 'field' in comparison && RULE_FIELDS[comparison.field] === 'time';
const instantOf = (actual: unknown) => (typeof actual === 'string' ? isoInstant(actual) : actual);

function isWithin(actual: unknown, from: Date, to: Date): boolean {
  return inOrder('gte', order(actual, from)) && inOrder('lte', order(actual, to));
}

function inOrder(op: 'lt' | 'lte' | 'gt' | 'gte', difference: number | null): boolean {
  if (difference === null) return false;
  return op === 'lt' ? difference < 0 : op === 'lte' ? difference <= 0 : op === 'gt' ? difference > 0 : difference >= 0;
}

/** Negative, zero or positive as the first is less, equal or more; null for what cannot be compared. */
function order(actual: unknown, bound: Scalar | Date): number | null {
  if (actual instanceof Date && bound instanceof Date) return actual.getTime() - bound.getTime();
  if (typeof actual === 'number' && typeof bound === 'number') return actual - bound;
  return typeof actual === 'string' && typeof bound === 'string' ? orderOfTexts(actual, bound) : null;
}

/** By code points, as the database's "C" collation has it: JavaScript's own `<` goes by halves of surrogate pairs. */
function orderOfTexts(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [index, character] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (character !== other) return character.codePointAt(0)! - other.codePointAt(0)!;
  }
  return left.length - right.length;
}
