import { type AudienceParts, shareOf } from './variants.js';

/** The groups of a run's audience that are no variants; variants count from 1. */
export const WAITING = 0;
export const HELD_OUT = -1;

/** How many points there are for contacts to fall on: 32 bits of a hash. */
export const POINTS = 2 ** 32;

/** A group, and the first point that is beyond it. */
export interface GroupBound {
  group: number;
  below: number;
}

/**
 * Parts the points among the groups: the variants in their order, who is held out, who waits. A contact's point in a run is
 * the first 32 bits of MD5 over `<run>/<contact>`, so its group is the same whoever asks, when and how often, depends on no
 * other contact, and each run draws anew. MD5 because the database has it: nothing here is a secret.
 */
export function groupBounds({ variants, testShare, holdOut }: AudienceParts): GroupBound[] {
  const percents = variants.map((variant) => (shareOf(variant, variants.length) * testShare) / 100);
  const bounds: GroupBound[] = [];
  let percent = 0;
  for (const [index, of] of percents.entries()) {
    percent = index === percents.length - 1 ? testShare : percent + of;
    bounds.push({ group: index + 1, below: pointAt(percent) });
  }
  if (holdOut > 0) bounds.push({ group: HELD_OUT, below: pointAt(testShare + holdOut) });
  if (testShare + holdOut < 100) bounds.push({ group: WAITING, below: POINTS });
  return bounds;
}

const pointAt = (percent: number): number => Math.round((POINTS * percent) / 100);
