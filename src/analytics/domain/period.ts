/** The periods that the overview looks back over. */
export const PERIODS = ['24h', '7d', '30d'] as const;
export type PeriodName = (typeof PERIODS)[number];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHAPES: Record<PeriodName, { step: number; steps: number }> = {
  '24h': { step: HOUR, steps: 24 },
  '7d': { step: HOUR, steps: 7 * 24 },
  '30d': { step: DAY, steps: 30 },
};

/** A stretch of whole hours or, where it is long, whole days (UTC), the present one included, and the same before it. */
export interface Period {
  /** Where the stretch before begins; it ends at `from`. */
  before: Date;
  from: Date;
  /** The end of the present hour or day. */
  to: Date;
  /** Milliseconds of a step. */
  step: number;
}

/** The period that `now` is in the last step of. */
export function periodOf(name: PeriodName, now: Date): Period {
  const { step, steps } = SHAPES[name];
  const to = (Math.floor(now.getTime() / step) + 1) * step;
  const from = to - steps * step;
  return { before: new Date(from - steps * step), from: new Date(from), to: new Date(to), step };
}
