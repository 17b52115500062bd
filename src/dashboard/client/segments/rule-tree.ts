import {
  type Condition,
  FACT_NAMES,
  type Rule,
  RULE_FIELDS,
  type RuleField,
} from '../../../audience/domain/segment-rule.js';

export type Tree = Rule<string>;
export type Leaf = Condition<string>;

/** How the parts of a group belong together; `none` is `not` over `any`. */
export type Mode = 'all' | 'any' | 'none';

/** A group as the builder shows it. */
export interface Group {
  mode: Mode;
  parts: Tree[];
}

/** The group that a rule is; null for a condition. */
export function groupOf(rule: Tree): Group | null {
  if ('all' in rule) return { mode: 'all', parts: rule.all };
  if ('any' in rule) return { mode: 'any', parts: rule.any };
  if (!('not' in rule)) return null;
  return { mode: 'none', parts: 'any' in rule.not ? rule.not.any : [rule.not] };
}

/** The rule that a group stands for. */
export function ruleOf({ mode, parts }: Group): Tree {
  return mode === 'all' ? { all: parts } : mode === 'any' ? { any: parts } : { not: { any: parts } };
}

/** A rule as a group, wrapped in one where it is a single condition. */
export const asGroup = (rule: Tree): Group => groupOf(rule) ?? { mode: 'all', parts: [rule] };

/** What a new condition begins as. */
export const NEW_LEAF: Leaf = { field: 'email', op: 'exists' };

/** What a condition is about, as one choice: a field by its name, or a kind. */
export function subjectOf(leaf: Leaf): string {
  if ('field' in leaf) return leaf.field;
  if ('attribute' in leaf) return 'attribute';
  if ('segment' in leaf) return 'segment';
  return FACT_NAMES.find((fact) => fact in leaf)!;
}

const isField = (name: string): name is RuleField => Object.hasOwn(RULE_FIELDS, name);

/** A fresh condition about something else. */
export function leafAbout(subject: string): Leaf {
  if (isField(subject)) return { field: subject, op: 'exists' };
  if (subject === 'segment') return { segment: '' };
  if (subject === 'received' || subject === 'opened' || subject === 'clicked')
    return { [subject]: { within_last: '30 days' } } as Leaf;
  return { attribute: '', op: 'eq', value: '' };
}
