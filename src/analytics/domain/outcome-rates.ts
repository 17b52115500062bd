import { share, shareWithin } from './rates.js';

/** What shares are taken of, in a stretch of time. */
export interface RatedCounts {
  sent: number;
  failed: number;
  opened: number;
  clicked: number;
  /** Of the sent: those whose messages tell that they are opened, and that a link is followed. */
  open_base: number;
  click_base: number;
}

/** Shares by what was tried and what was accepted, for stretches of time in which an audience has no size. */
export function outcomeRates({ sent, failed, opened, clicked, open_base, click_base }: RatedCounts) {
  return {
    delivered_rate: share(sent, sent + failed),
    failure_rate: share(failed, sent + failed),
    open_rate: shareWithin(opened, open_base),
    click_rate: shareWithin(clicked, click_base),
  };
}
