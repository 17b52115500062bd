import { EVERYONE_RULE } from '../../../audience/domain/everyone-rule.js';
import type { RuleField } from '../../../audience/domain/segment-rule.js';
import { RULE_FIELDS } from '../../../audience/domain/segment-rule.js';
import type { Tree } from '../segments/rule-tree.js';

/** Whom a campaign is for, by the names of segments. */
export interface AudienceNames {
  include: string[];
  exclude: string[];
}

/** An audience as a rule, to be counted. */
export function audienceRule({ include, exclude }: AudienceNames): Tree {
  const any = (names: string[]): Tree => ({ any: names.map((segment) => ({ segment })) });
  const included = include.length > 0 ? any(include) : EVERYONE_RULE;
  return exclude.length > 0 ? { all: [included, { not: any(exclude) }] } : included;
}

const isField = (name: string): name is RuleField => Object.hasOwn(RULE_FIELDS, name);

/** Who of an audience lacks what a message prints, `first_name` or `attributes.city`; null where no rule can ask for it. */
export function lackingRule({ include, exclude }: AudienceNames, variable: string): Tree | null {
  const attribute = /^attributes\.([^.]+)$/.exec(variable)?.[1];
  if (attribute === undefined && !isField(variable)) return null;
  const missing: Tree =
    attribute === undefined ? { field: variable as RuleField, op: 'missing' } : { attribute, op: 'missing' };
  return include.length === 0 && exclude.length === 0
    ? { all: [missing] }
    : { all: [audienceRule({ include, exclude }), missing] };
}
