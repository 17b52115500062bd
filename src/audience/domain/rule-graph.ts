import { conditionsOf, type Rule, segmentsIn } from './segment-rule.js';

/** How many conditions a rule may come to once the rules it names stand in their places. */
export const MOST_ASKED = 500;

/** Rules by the ids of their segments; what is not in it is static. */
export type RuleGraph = ReadonlyMap<number, Rule>;

/** Whether the rules that a segment's rule names, and those they name, lead to a segment. */
export function leadsTo(graph: RuleGraph, from: number, to: number): boolean {
  const seen = new Set<number>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    const rule = graph.get(id);
    if (rule) open.push(...segmentsIn(rule).map(({ segment }) => segment));
  }
  return false;
}

/** How many conditions each rule of a graph without circles comes to, with the rules it names in their places. */
export function conditionsAsked(graph: RuleGraph): Map<number, number> {
  const asked = new Map<number, number>();
  const count = (id: number): number => {
    const rule = graph.get(id);
    if (!rule) return 1;
    const known = asked.get(id);
    if (known !== undefined) return known;
    const total = conditionsOf(rule)
      .map(({ condition }) => ('segment' in condition ? count(condition.segment) : 1))
      .reduce((sum, conditions) => sum + conditions, 0);
    asked.set(id, total);
    return total;
  };
  for (const id of graph.keys()) count(id);
  return asked;
}
