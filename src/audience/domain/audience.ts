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

/** Whether a contact is in a segment of an audience, and why, as a sentence about "it". */
export interface Standing {
  segment: string;
  belongs: boolean;
  because: string;
}

/** How a contact stands to segments of an audience, in their order. */
export function standings(audience: Audience, ids: number[], subject: RuleSubject, world: RuleWorld): Standing[] {
  const named = new Map(audience.segments.map((segment) => [segment.id, segment]));
  const nameOf = (id: number) => named.get(id)?.name ?? `${id}`;
  return ids.map((id) => {
    const rule = world.rules.get(id) ?? null;
    const belongs = matches({ segment: id }, subject, world);
    if (!rule) return { segment: nameOf(id), belongs, because: belongs ? 'it was put there' : 'it was not put there' };
    return { segment: nameOf(id), belongs, because: inWords(decide(rule, subject, world), nameOf) };
  });
}
