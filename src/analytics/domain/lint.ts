import { contentRules } from './lint-content.js';
import type { LintSubject, LintWarning } from './lint-rule.js';
import { scheduleRules } from './lint-schedule.js';
import { variantRules } from './lint-variants.js';

/** Everything that the rules say about a campaign. What is over has a past, and no schedule to warn of. */
export function lint(subject: LintSubject): LintWarning[] {
  const rules = [...(subject.waiting ? scheduleRules : []), ...contentRules, ...variantRules];
  return rules.flatMap(({ code, pointer, check }) => check(subject).map((message) => ({ code, message, pointer })));
}
