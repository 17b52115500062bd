import { conditionsOf, groupsIn, type Rule, segmentsIn } from './segment-rule.js';

/** How many conditions a rule may come to once the rules it names stand in their places. */
export const MOST_ASKED = 500;

/**
 * How many conditions the segments that are meant and left out together may come to. One has ten parameters at most, and a
 * statement of PostgreSQL 65,535.
 */
export const MOST_ASKED_TOGETHER = 2_000;

/** How deep groups and segments may stand in one another once the rules that are named stand in their places. */
export const DEEPEST_GRAPH = 25;

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
  return measured(graph, 1, conditionsAskedBy);
}

/** How many conditions a rule comes to; `within` says how many a segment stands for. */
export function conditionsAskedBy(rule: Rule, within: (segment: number) => number): number {
  return conditionsOf(rule)
    .map(({ condition }) => ('segment' in condition ? within(condition.segment) : 1))
    .reduce((sum, conditions) => sum + conditions, 0);
}

/** How deep each rule of a graph without circles is with the rules it names in their places; a name is a level, too. */
export function levelsOf(graph: RuleGraph): Map<number, number> {
  return measured(graph, 0, (rule, measureOf) => groupsIn(rule, (segment) => 1 + measureOf(segment)));
}

/** How many conditions an audience comes to; a static segment is one. */
export const askedTogether = (segments: readonly number[], asked: ReadonlyMap<number, number>): number =>
  segments.reduce((sum, id) => sum + (asked.get(id) ?? 1), 0);

/** A measure of each rule that is made up of those of the segments it names, and `ofStatic` of what is no rule. */
function measured(
  graph: RuleGraph,
  ofStatic: number,
  measure: (rule: Rule, measureOf: (segment: number) => number) => number,
): Map<number, number> {
  const known = new Map<number, number>();
  const measureOf = (id: number): number => {
    const rule = graph.get(id);
    if (!rule) return ofStatic;
    const found = known.get(id) ?? measure(rule, measureOf);
    known.set(id, found);
    return found;
  };
  for (const id of graph.keys()) measureOf(id);
  return known;
}
