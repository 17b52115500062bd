/** How failures to sign in slow down who goes on trying. */
export interface Patience {
  /** Tries that cost nothing. */
  free: number;
  /** The longest wait, in milliseconds. */
  longestMs: number;
}

/** How long after so many failures nothing is tried: a second, then twice as long each time. */
export function waitAfter(failures: number, { free, longestMs }: Patience): number {
  return failures < free ? 0 : Math.min(1_000 * 2 ** Math.min(failures - free, 30), longestMs);
}
