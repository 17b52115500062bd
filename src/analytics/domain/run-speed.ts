/** Full minutes before the present one that the speed of a run is taken from. */
export const SPEED_MINUTES = 1;

/** What the speed of a run is reckoned from. */
export interface RunProgress {
  status: string;
  opened_at: Date;
  pending: number;
  /** Of these: who waits for one of the variants to win. */
  awaiting_winner: number;
  /** Recipients that came to an end since `since`. */
  settled: number;
  since: Date;
  now: Date;
}

/** How fast a run goes, and when it will be through. */
export interface RunSpeed {
  perSecond: number;
  finishesAt: Date | null;
}

/**
 * Recipients per second since then or, where it opened later, since the opening; to a tenth. Who waits for a winner says
 * nothing of when that will be, so that nobody can tell the end.
 */
export function runSpeed({ status, opened_at, pending, awaiting_winner, settled, since, now }: RunProgress): RunSpeed {
  const begun = Math.max(since.getTime(), opened_at.getTime());
  const seconds = Math.max((now.getTime() - begun) / 1_000, 1);
  const perSecond = Math.round((settled / seconds) * 10) / 10;
  if (status !== 'processing' || perSecond === 0 || awaiting_winner > 0) return { perSecond, finishesAt: null };
  return { perSecond, finishesAt: new Date(now.getTime() + Math.ceil(pending / perSecond) * 1_000) };
}
