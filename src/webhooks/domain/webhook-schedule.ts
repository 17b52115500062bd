const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The pauses between tries, as Standard Webhooks advises: ten tries within three days and a quarter. */
const PAUSES_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/** A pause is up to this share longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.1;

/** An endpoint that has taken nothing for so many days is disabled when it refuses something for the last time. */
export const PATIENCE_DAYS = 5;

/** Longer than so many milliseconds nobody is left alone at their own word. */
const LONGEST_WAIT_MS = HOUR;

/** Milliseconds for which an endpoint is left alone that asks for so many. */
export const heeded = (waitMs: number): number => Math.min(waitMs, LONGEST_WAIT_MS);

/** Milliseconds from failed try number `tries` (1 = first) to the next; null after the last. `random` yields [0, 1). */
export function pauseAfter(tries: number, random: () => number): number | null {
  const pause = PAUSES_MS[tries - 1];
  return pause === undefined ? null : Math.round(pause * (1 + JITTER * (2 * random() - 1)));
}
