import { shareOf } from './figures.js';

/** What shares are taken of. */
interface Rated {
  sent: number;
  failed: number;
  opened: number;
  clicked: number;
  /** Of the sent: those whose messages tell that they are opened, and that a link is followed. */
  open_base: number;
  click_base: number;
}

/** Who came to be in doubt may have opened and clicked, too: no more than all did. */
const within = (part: number, all: number): number | null => shareOf(Math.min(part, all), all);

/**
 * The shares of sent, failed, opened and clicked as the counts make them. The rates of the API are rounded already: shown,
 * they would be rounded twice, and two screens could differ.
 */
export const sharesOf = ({ sent, failed, opened, clicked, open_base, click_base }: Rated) => ({
  sent: shareOf(sent, sent + failed),
  failed: shareOf(failed, sent + failed),
  opened: within(opened, open_base),
  clicked: within(clicked, click_base),
});

/** The same counts with those of opens and clicks that are asked for: people's, or everybody's. */
export const countedBy = <Counts extends Rated & { opened_all: number; clicked_all: number }>(
  counts: Counts,
  hits: 'human' | 'all',
): Counts => (hits === 'human' ? counts : { ...counts, opened: counts.opened_all, clicked: counts.clicked_all });
