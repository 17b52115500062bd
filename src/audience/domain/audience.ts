import { decide, inWords } from './rule-words.js';
import { matches, type RuleSubject, type RuleWorld } from './rule-evaluation.js';
import type { Rule } from './segment-rule.js';

/** A segment as it was when somebody asked for it; `rule` is null for a static one. */
export interface NamedSegment {
  id: number;
  name: string;
  rule: Rule | null;
}

/** Whom something is meant for, with every rule that says so: what a run keeps, whatever becomes of its segments. */
export interface Audience {
  /** Ids of segments, in one of which a contact must be; null for everyone. */
  include: number[] | null;
  /** Ids of segments in none of which it may be. */
  exclude: number[];
  /** Only those whom no run of this campaign has reached so far. */
  newTo: number | null;
  /** Every segment that is named above or by one of these rules. */
  segments: NamedSegment[];
}

/** Everyone. */
export const EVERYONE: Audience = { include: null, exclude: [], newTo: null, segments: [] };

/** What the rules of an audience mean at a moment. */
export function worldOf({ segments }: Audience, now: Date): RuleWorld {
  return { now, rules: new Map(segments.map(({ id, rule }) => [id, rule])) };
}

/** How a contact stands to a segment. */
export interface Standing {
  segment: string;
  /** Null where nobody can tell any more: who was put into a segment goes with it. */
  belongs: boolean | null;
  /** Of a rule: the conditions that decide, as a sentence about "it". */
  because: string | null;
}

/** How a contact stands to segments of an audience, in their order; `present` are those that were not deleted since. */
export function standings(
  { segments }: Audience,
  ids: number[],
  { subject, world, present }: { subject: RuleSubject; world: RuleWorld; present: ReadonlyMap<number, string> },
): Standing[] {
  const names = new Map(segments.map(({ id, name }) => [id, name]));
  const nameOf = (id: number) => present.get(id) ?? names.get(id) ?? `${id}`;
  return ids.map((id) => {
    const rule = world.rules.get(id) ?? null;
    const gone = rule === null && !present.has(id);
    return {
      segment: nameOf(id),
      belongs: gone ? null : matches({ segment: id }, subject, world),
      because: rule && inWords(decide(rule, subject, world), nameOf),
    };
  });
}
