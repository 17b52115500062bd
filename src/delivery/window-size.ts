/** How long a window's messages may wait for their turn at a provider. */
const PATIENCE_MS = 1_000;

/** Smaller windows would cost more records than the doubt they save is worth. */
const LEAST = 5;

/** What an account that nothing is known of begins with; the next windows are twice as large. */
const FIRST = 25;

/**
 * How many messages an account is given at once. Whoever waits for a connection or its turn has an intent on record without
 * need: a crash would leave them in doubt though nothing of theirs has left. So windows become as small as what a slow
 * server takes within PATIENCE_MS, and are as large as they may be where nobody waits.
 *
 * One for all lanes of a process: their messages wait in the same queue.
 */
export class WindowSize {
  private recipients = FIRST;

  /** `most` is what a window may have at all. */
  constructor(private readonly most: number) {}

  /** Recipients of the next window. */
  get next(): number {
    return Math.min(this.recipients, this.most);
  }

  /** Learns how long, in milliseconds, the last of a window's `recipients` waited for its start. */
  learn(recipients: number, waitedMs: number): void {
    const fitting = Math.max(LEAST, Math.floor((recipients * PATIENCE_MS) / waitedMs));
    if (waitedMs > PATIENCE_MS) this.recipients = Math.min(this.recipients, fitting);
    else if (waitedMs === 0) this.recipients = Math.max(this.recipients, Math.min(recipients * 2, this.most));
  }
}
