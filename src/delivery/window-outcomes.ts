import type { Settlement } from './domain/settlement.js';
import type { Ends } from './recipient-work.js';

/** What became of the recipients of a batch's present window, as it comes in. */
export class WindowOutcomes implements Ends {
  private settlements: Settlement[] = [];
  private left = 0;
  private end: () => void = () => undefined;
  private break: (error: unknown) => void = () => undefined;

  /** Begins a window of so many; resolves once each of them came to an end, rejects on a mistake of ours. */
  of(recipients: number): Promise<void> {
    this.left = recipients;
    const all = new Promise<void>((resolve, reject) => {
      this.end = resolve;
      this.break = reject;
    });
    // Heard later; until then it must not pass for one that nobody hears.
    all.catch(() => undefined);
    return all;
  }

  settled(settlement: Settlement): void {
    this.settlements.push(settlement);
    this.left -= 1;
    if (this.left === 0) this.end();
  }

  broke(error: unknown): void {
    this.break(error);
  }

  /** What came in since it was last asked. */
  take(): Settlement[] {
    const { settlements } = this;
    this.settlements = [];
    return settlements;
  }
}
