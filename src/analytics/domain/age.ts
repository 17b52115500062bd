/** How long after it opened a run is looked at. */
export const AGES = ['1h', '6h', '1d', '3d', '7d', '30d'] as const;
export type Age = (typeof AGES)[number];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LENGTHS: Record<Age, number> = {
  '1h': HOUR,
  '6h': 6 * HOUR,
  '1d': DAY,
  '3d': 3 * DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
};

/** The same in milliseconds. */
export const ageMs = (age: Age): number => LENGTHS[age];
