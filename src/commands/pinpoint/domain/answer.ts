/** A rule as files have it. */
export type Rule = Record<string, unknown>;

/** Nobody. */
export const NOBODY: Rule = {
  all: [
    { field: 'email', op: 'exists' },
    { field: 'email', op: 'missing' },
  ],
};

/**
 * What a condition of Pinpoint is here: `yes` has whom it surely fits, `no` whom it surely does not. Whoever nothing is known
 * of is in neither: by `not` alone everybody would be in the opposite who was never given the attribute. `no` is null where
 * nobody can be told yet not to fit.
 */
export interface Answer {
  yes: Rule;
  no: Rule | null;
}

/** The opposite; null where that cannot be asked. */
export function opposite(answer: Answer | null): Answer | null {
  return answer && answer.no && { yes: answer.no, no: answer.yes };
}

/** Answers joined as Pinpoint's types ALL, ANY and NONE say; null where that cannot be asked. */
export function together(type: string, answers: readonly Answer[]): Answer | null {
  if (type === 'NONE') return opposite(together('ANY', answers));
  const [way, back] = type === 'ANY' ? (['any', 'all'] as const) : (['all', 'any'] as const);
  const no = answers.map((answer) => answer.no);
  return {
    yes: group(
      way,
      answers.map((answer) => answer.yes),
    ),
    no: no.includes(null) ? null : group(back, no as Rule[]),
  };
}

/** Rules in a group, unless it is one alone; groups of the same kind become one, of which only five may be in one another. */
export function group(way: 'all' | 'any', rules: Rule[]): Rule {
  if (rules.length === 1) return rules[0]!;
  return { [way]: rules.flatMap((rule) => (way in rule ? (rule[way] as Rule[]) : [rule])) };
}
