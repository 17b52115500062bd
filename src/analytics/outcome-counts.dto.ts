/** What came to an end, and what recipients did, in a stretch of time. A correction counts where its outcome was. */
export class StepCounts {
  /** Accepted by a provider. */
  sent: number;
  failed: number;
  skipped: number;
  in_doubt: number;
  /** Recipients who opened for the first time, machines left out unless `hits=all` asks for them; an estimate. */
  opened: number;
  /** Recipients who clicked for the first time, machines left out unless `hits=all` asks for them. */
  clicked: number;
}

/** Shares between 0 and 1 in a stretch of time; null where there is nothing to take a share of. */
export class OutcomeRates {
  /**
   * Accepted, of those tried.
   * @example 0.98
   */
  delivered_rate: number | null;
  /**
   * Failed for good, of those tried.
   * @example 0.02
   */
  failure_rate: number | null;
  /**
   * First opens by the accepted of the same stretch whose messages count them; null where none does.
   * @example 0.4
   */
  open_rate: number | null;
  /**
   * First clicks by the accepted of the same stretch whose messages count them; null where none does.
   * @example 0.05
   */
  click_rate: number | null;
}

/** One step of a timeline. */
export class TimelineStep extends StepCounts {
  /** When it begins. */
  from: Date;
}
