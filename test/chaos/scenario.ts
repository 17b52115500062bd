import type { Stage } from './stage.js';

/** One of the faults of the plan, with what it needs and what may come of it. */
export interface Scenario {
  /** F1 to F21. */
  name: string;
  title: string;
  /** Part of the set that CI runs. */
  inDefault: boolean;
  /** Whether leases may run out: a process is killed, stopped or cut off. */
  leasesMayEnd: boolean;
  /** Environment of every application process, beside the usual. */
  env?: Record<string, string>;
  /** Why it cannot be played here; undefined where it can. */
  missing?: () => string | undefined;
  /** Plays it: the load, the faults, and the wait until every run is at its end. */
  play(stage: Stage): Promise<void>;
}
