/** What a rule says: it lets the message through, it stops it for good, it makes it wait, or nobody can tell. */
export const VERDICTS = ['pass', 'stop', 'wait', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A rule's verdict with the sentence that gives the reason. */
export type Judgement = [verdict: Verdict, detail: string];

/** One rule of a table: a name, and what it says of the facts. Another rule is another row, at its place in the order. */
export interface Rule<Facts> {
  rule: string;
  judge(facts: Facts): Judgement;
}

/** Asks every rule, in order; each answers for itself, also after one that stops. */
export function explain<Facts>(
  rules: readonly Rule<Facts>[],
  facts: Facts,
): { rule: string; verdict: Verdict; detail: string }[] {
  return rules.map(({ rule, judge }) => {
    const [verdict, detail] = judge(facts);
    return { rule, verdict, detail };
  });
}

/** An instant as it is written in a detail. */
export const at = (instant: Date): string => instant.toISOString();
