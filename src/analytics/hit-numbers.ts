import { PIXEL } from '../campaigns/domain/link-numbers.js';
import { EVERY_LINK, type HitCounts } from './hit-counts.queries.js';

/** What analytics say of hits, beside the people who opened and clicked. */
export interface HitNumbers {
  opened_all: number;
  clicked_all: number;
  opens: number;
  opens_all: number;
  clicks: number;
  clicks_all: number;
}

export const NO_HITS: HitNumbers = {
  opened_all: 0,
  clicked_all: 0,
  opens: 0,
  opens_all: 0,
  clicks: 0,
  clicks_all: 0,
};

/** The numbers of the hits on one run, or on one campaign. */
export function hitNumbers(counts: Omit<HitCounts, 'runId'>[]): HitNumbers {
  const opens = counts.find(({ number }) => number === PIXEL);
  const clicks = counts.find(({ number }) => number === EVERY_LINK);
  return {
    opened_all: opens?.contacts ?? 0,
    clicked_all: clicks?.contacts ?? 0,
    opens: opens?.humanHits ?? 0,
    opens_all: opens?.hits ?? 0,
    clicks: clicks?.humanHits ?? 0,
    clicks_all: clicks?.hits ?? 0,
  };
}
