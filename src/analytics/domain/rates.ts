import { type Interval, wilson } from './wilson.js';

/** A share, rounded to four decimals; null where there is nothing to take a share of. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

/** The shares shown beside the counts. */
export interface Rates {
  /** Accepted, of the audience. */
  sent_rate: number | null;
  /** Accepted, of those tried. */
  delivered_rate: number | null;
  /** Failed for good, of those tried. */
  failure_rate: number | null;
  /** Opened, of the accepted that count it; an estimate, because mail programs open on their own. */
  open_rate: number | null;
  /** Clicked, of the accepted that count it. */
  click_rate: number | null;
}

/** What the rates are taken of. */
interface Counts {
  audience: number;
  sent: number;
  failed: number;
  opened: number;
  clicked: number;
  /** Of the sent: those whose messages tell that they are opened, and that a link is followed. */
  open_base: number;
  click_base: number;
}

/**
 * What shares of opens and clicks are taken of. Where no message counts them and people are known to have opened or clicked
 * all the same, a provider counts them for us: then it is all that were sent. A click alone is no such sign for opens.
 */
export function basesOf({ sent, opened, clicked, open_base, click_base }: Omit<Counts, 'audience' | 'failed'>) {
  return {
    open_base: open_base === 0 && opened > clicked ? sent : open_base,
    click_base: click_base === 0 && clicked > 0 ? sent : click_base,
  };
}

/** Who came to be in doubt may have opened and clicked, too: no more than all did. */
export const shareWithin = (part: number, whole: number): number | null => share(Math.min(part, whole), whole);

/** The rates of some counts. */
export function ratesOf(counts: Counts): Rates {
  return {
    sent_rate: share(counts.sent, counts.audience),
    delivered_rate: share(counts.sent, counts.sent + counts.failed),
    failure_rate: share(counts.failed, counts.sent + counts.failed),
    open_rate: shareWithin(counts.opened, counts.open_base),
    click_rate: shareWithin(counts.clicked, counts.click_base),
  };
}

/** Where each of the rates truly lies with a probability of 95 %. */
export function intervalsOf(counts: Counts): Record<keyof Rates, Interval | null> {
  return {
    sent_rate: wilson(counts.sent, counts.audience),
    delivered_rate: wilson(counts.sent, counts.sent + counts.failed),
    failure_rate: wilson(counts.failed, counts.sent + counts.failed),
    open_rate: wilson(counts.opened, counts.open_base),
    click_rate: wilson(counts.clicked, counts.click_base),
  };
}
