import { type Interval, wilson } from './wilson.js';

/** A share, rounded to four decimals; null where there is nothing to take a share of. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

/** The shares shown beside the counts. */
export interface Rates {
  /** Accepted, of the audience. */
  sent_rate: number | null;
  /** Failed for good, of those tried. */
  failure_rate: number | null;
  /** Opened, of the accepted; an estimate, because mail programs open on their own. */
  open_rate: number | null;
  /** Clicked, of the accepted. */
  click_rate: number | null;
}

/** What the rates are taken of. */
interface Counts {
  audience: number;
  sent: number;
  failed: number;
  opened: number;
  clicked: number;
}

/** The rates of some counts. */
export function ratesOf(counts: Counts): Rates {
  return {
    sent_rate: share(counts.sent, counts.audience),
    failure_rate: share(counts.failed, counts.sent + counts.failed),
    open_rate: share(counts.opened, counts.sent),
    click_rate: share(counts.clicked, counts.sent),
  };
}

/** Where each of the rates truly lies with a probability of 95 %. */
export function intervalsOf(counts: Counts): Record<keyof Rates, Interval | null> {
  return {
    sent_rate: wilson(counts.sent, counts.audience),
    failure_rate: wilson(counts.failed, counts.sent + counts.failed),
    open_rate: wilson(counts.opened, counts.sent),
    click_rate: wilson(counts.clicked, counts.sent),
  };
}
