import type { Entry, Fault } from './code.js';
import { segmentsNamedIn } from './rule-campaigns.js';

/** Segments so that each comes after those its rule names; rules that lead back to themselves are faults. */
export function inOrder(segments: readonly Entry[]): { ordered: Entry[]; faults: Fault[] } {
  const byName = new Map(segments.map((entry) => [entry.value.name, entry]));
  const ordered = new Set<Entry>();
  const faults: Fault[] = [];
  const take = (entry: Entry, way: Entry[]): void => {
    if (ordered.has(entry)) return;
    for (const { segment, pointer } of segmentsNamedIn(entry.value.rule, '/rule')) {
      const named = byName.get(segment);
      const start = named ? [...way, entry].indexOf(named) : -1;
      if (start < 0) {
        if (named) take(named, [...way, entry]);
        continue;
      }
      const circle = [...way, entry].slice(start).map(({ value }) => `"${value.name}"`);
      const message = `rules lead back to themselves: ${[...circle, circle[0]].join(' → ')}`;
      faults.push({ ...entry.at(pointer), message });
    }
    ordered.add(entry);
  };
  for (const entry of segments) take(entry, []);
  return { ordered: [...ordered], faults };
}
