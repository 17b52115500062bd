import { share } from './rates.js';

/** What shares are taken of, in a stretch of time. */
export interface RatedCounts {
  sent: number;
  failed: number;
  opened: number;
  clicked: number;
}

/** Shares by what was tried and what was accepted, for stretches of time in which an audience has no size. */
export function outcomeRates({ sent, failed, opened, clicked }: RatedCounts) {
  return {
    delivered_rate: share(sent, sent + failed),
    failure_rate: share(failed, sent + failed),
    open_rate: share(opened, sent),
    click_rate: share(clicked, sent),
  };
}
