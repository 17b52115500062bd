import { conditionInWords } from './condition-words.js';
import { holds, type RuleSubject, type RuleWorld } from './rule-evaluation.js';
import type { Condition, Rule } from './segment-rule.js';

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
