/** A field that somebody else changed: what it was, what it is now, and what it is to be here where that is something else again. */
export interface Difference {
  field: string;
  was: unknown;
  is: unknown;
  mine?: unknown;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const isThing = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const named = (thing: object): string => Object.keys(thing).sort().join();

/** What one wrote from `before` on top of what another made of it: one's own changes stay, and those of the other come along. */
export function rebased<Draft extends object>(before: Draft, mine: Draft, theirs: Draft): Draft {
  const field = (name: keyof Draft) => {
    const [was, own, other] = [before[name], mine[name], theirs[name]];
    if (same(was, own)) return other;
    const inParts = isThing(was) && isThing(own) && isThing(other) && new Set([was, own, other].map(named)).size === 1;
    return inParts ? rebased(was, own, other) : own;
  };
  return Object.fromEntries(Object.keys(mine).map((name) => [name, field(name as keyof Draft)])) as Draft;
}

/** What another changed since `before`, field by field; `mine` is what is on top of it. */
export function differences(before: object, mine: object, theirs: object): Difference[] {
  const [was, own, other] = [before, mine, theirs] as Record<string, unknown>[];
  return Object.keys(other!)
    .filter((field) => !same(was![field], other![field]))
    .map((field) => ({
      ...{ field, was: was![field], is: other![field] },
      ...(same(own![field], other![field]) ? {} : { mine: own![field] }),
    }));
}
