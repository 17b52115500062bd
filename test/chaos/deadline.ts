import { setTimeout as pause } from 'node:timers/promises';

/** What was waited for did not come; `seen` is what was there instead. */
export class Overdue extends Error {
  constructor(
    what: string,
    withinMs: number,
    readonly seen: unknown,
  ) {
    super(`not within ${Math.round(withinMs / 1000)} s: ${what}; seen: ${JSON.stringify(seen)}`);
  }
}

/** Looks again and again until what is seen holds, and answers it. A look that throws has seen nothing. */
export async function until<Seen>(
  what: string,
  withinMs: number,
  look: () => Promise<Seen> | Seen,
  holds: (seen: Seen) => boolean = Boolean,
): Promise<Seen> {
  let last: unknown;
  for (const end = performance.now() + withinMs; ; await pause(20)) {
    try {
      const seen = await look();
      if (holds(seen)) return seen;
      last = seen;
    } catch (error) {
      last = String(error);
    }
    if (performance.now() > end) throw new Overdue(what, withinMs, last);
  }
}

/** The length of a fault: how long something stays down, stopped or silent. Never a wait for an effect. */
export const lasts = (milliseconds: number): Promise<void> => pause(milliseconds);
