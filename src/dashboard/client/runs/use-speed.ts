import { useState } from 'react';

const SPAN_MS = 15_000;

/** How many a second are settled, over the last looks at a run; null until two of them differ in time. */
export function useSpeed(settled: number, at: number): number | null {
  const [looks, setLooks] = useState([{ settled, at }]);
  const last = looks.at(-1)!;
  if (last.at !== at) setLooks([...looks.filter((look) => at - look.at < SPAN_MS), { settled, at }]);
  const first = looks[0]!;
  return last.at === first.at ? null : Math.max(0, ((last.settled - first.settled) * 1000) / (last.at - first.at));
}
