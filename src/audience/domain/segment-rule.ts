import type { Channel } from './channel.js';

/** What of a contact a rule may look at besides its attributes, and what it is. */
export const RULE_FIELDS = {
  email: 'text',
  phone: 'text',
  external_id: 'text',
  first_name: 'text',
  last_name: 'text',
  locale: 'text',
  time_zone: 'text',
  email_consent: 'text',
  sms_consent: 'text',
  push_consent: 'text',
  created_at: 'time',
  updated_at: 'time',
} as const;
export type RuleField = keyof typeof RULE_FIELDS;

/** What is compared: text, an instant, or an attribute, which may be anything JSON has. */
export type Comparand = 'text' | 'time' | 'attribute';

const everything: readonly Comparand[] = ['text', 'time', 'attribute'];
const texts: readonly Comparand[] = ['text', 'attribute'];
const times: readonly Comparand[] = ['time', 'attribute'];

/** Every comparison: what its value looks like, and what it can be asked of. */
export const RULE_OPS = {
  eq: { takes: 'one', of: texts },
  ne: { takes: 'one', of: texts },
  in: { takes: 'list', of: texts },
  not_in: { takes: 'list', of: texts },
  lt: { takes: 'bound', of: everything },
  lte: { takes: 'bound', of: everything },
  gt: { takes: 'bound', of: everything },
  gte: { takes: 'bound', of: everything },
  between: { takes: 'bounds', of: everything },
  contains: { takes: 'part', of: texts },
  starts_with: { takes: 'part', of: texts },
  ends_with: { takes: 'part', of: texts },
  has: { takes: 'one', of: ['attribute'] as readonly Comparand[] },
  before: { takes: 'instant', of: times },
  after: { takes: 'instant', of: times },
  within_last: { takes: 'duration', of: times },
  within_next: { takes: 'duration', of: times },
  exists: { takes: 'nothing', of: everything },
  missing: { takes: 'nothing', of: everything },
} as const;
export type RuleOp = keyof typeof RULE_OPS;

/** What happened to contacts that a rule can ask for; the modules that own those tables tell it. */
export const FACT_NAMES = ['received', 'opened', 'clicked'] as const;
export type FactName = (typeof FACT_NAMES)[number];

/** Of which messages: those of a campaign, of a time, of a channel; at least one of the first two. */
export interface FactScope {
  campaign?: number;
  within_last?: string;
  channel?: Channel;
}

export type Scalar = string | number | boolean;

/** A field or an attribute compared with a value. */
export type Comparison = ({ field: RuleField } | { attribute: string }) & { op: RuleOp; value?: Scalar | Scalar[] };
export type Membership<Segment = number> = { segment: Segment };
export type Happening = { received: FactScope } | { opened: FactScope } | { clicked: FactScope };
export type Condition<Segment = number> = Comparison | Membership<Segment> | Happening;

/** Who belongs to a segment: a tree over conditions. Stored with the ids of segments, shown and asked for by their names. */
export type Rule<Segment = number> =
  { all: Rule<Segment>[] } | { any: Rule<Segment>[] } | { not: Rule<Segment> } | Condition<Segment>;

/** The fact a condition asks for, with its scope; null for other conditions. */
export function factOf(condition: object): { name: FactName; scope: FactScope } | null {
  const name = FACT_NAMES.find((fact) => fact in condition);
  return name ? { name, scope: (condition as Record<FactName, FactScope>)[name] } : null;
}

/** What a comparison looks at. */
export const comparandOf = (comparison: Comparison): Comparand =>
  'field' in comparison ? RULE_FIELDS[comparison.field] : 'attribute';

/** Every condition of a rule from left to right, with the JSON pointer to it; the rule itself is at `pointer`. */
export function conditionsOf<Segment>(
  rule: Rule<Segment>,
  pointer = '',
): { condition: Condition<Segment>; pointer: string }[] {
  const parts = (list: Rule<Segment>[], group: string) =>
    list.flatMap((part, index) => conditionsOf(part, `${pointer}/${group}/${index}`));
  if ('all' in rule) return parts(rule.all, 'all');
  if ('any' in rule) return parts(rule.any, 'any');
  return 'not' in rule ? conditionsOf(rule.not, `${pointer}/not`) : [{ condition: rule, pointer }];
}

/** Where a rule names which segments. */
export function segmentsIn<Segment>(rule: Rule<Segment>, pointer = ''): { segment: Segment; pointer: string }[] {
  return conditionsOf(rule, pointer).flatMap(({ condition, pointer: at }) =>
    'segment' in condition ? [{ segment: condition.segment, pointer: `${at}/segment` }] : [],
  );
}

/** How many groups stand in one another in a rule; `within` says how many more a segment stands for. */
export function groupsIn<Segment>(rule: Rule<Segment>, within: (segment: Segment) => number): number {
  const deepest = (list: Rule<Segment>[]) => 1 + Math.max(...list.map((part) => groupsIn(part, within)));
  if ('all' in rule) return deepest(rule.all);
  if ('any' in rule) return deepest(rule.any);
  if ('not' in rule) return deepest([rule.not]);
  return 'segment' in rule ? within(rule.segment) : 0;
}

/** The same rule with its segments called otherwise. */
export function renameSegments<From, To>(rule: Rule<From>, rename: (segment: From) => To): Rule<To> {
  if ('all' in rule) return { all: rule.all.map((part) => renameSegments(part, rename)) };
  if ('any' in rule) return { any: rule.any.map((part) => renameSegments(part, rename)) };
  if ('not' in rule) return { not: renameSegments(rule.not, rename) };
  return 'segment' in rule ? { segment: rename(rule.segment) } : rule;
}
