import { LEADER, WAIT, type WinnerPolicy } from '../../campaigns/domain/variants.js';
import { pValueOf } from './significance.js';

/** What decided, and that nothing did yet. */
export const DECIDED_BY = ['clicks', 'opens', 'leader', 'named', 'hand', 'undecided'] as const;
export type DecidedBy = (typeof DECIDED_BY)[number];

/** How one variant fared among those who took part. */
export interface VariantResult {
  variant: number;
  name: string;
  sent: number;
  /** People who opened and who clicked. */
  opened: number;
  clicked: number;
}

/** Which variant won and by what; null while people are waited for. */
export interface Decision {
  variant: number | null;
  decidedBy: DecidedBy;
  /** Of the comparison of the best with the next; null where people decide. */
  pValue: number | null;
}

/**
 * What the engine decides when the time has come. The best is compared with the next; it could have been any pair that turned
 * out so, hence the p-value times the number of pairs (Bonferroni). Level variants stand in their order.
 */
export function decideWinner(
  { by, significance, on_undecided: undecided }: WinnerPolicy,
  results: VariantResult[],
): Decision {
  if (by === 'hand') return fallback(undecided, results, null);
  const rated = results
    .map((result) => ({ ...result, hits: hitsIn(result, by), of: result.sent }))
    .sort((one, other) => rate(other) - rate(one) || one.variant - other.variant);
  const [best, next] = rated as [(typeof rated)[0], (typeof rated)[0]];
  const pairs = (rated.length * (rated.length - 1)) / 2;
  const pValue = Math.min(1, pValueOf(best, next) * pairs);
  if (pValue <= 1 - significance) return { variant: best.variant, decidedBy: by, pValue };
  if (undecided === LEADER) return { variant: best.variant, decidedBy: 'leader', pValue };
  return fallback(undecided, results, pValue);
}

function fallback(name: string, results: VariantResult[], pValue: number | null): Decision {
  if (name === WAIT) return { variant: null, decidedBy: 'undecided', pValue };
  return { variant: results.find((result) => result.name === name)!.variant, decidedBy: 'named', pValue };
}

/** Who is in doubt may have clicked, too: no more than were sent to. */
const hitsIn = ({ clicked, opened, sent }: VariantResult, by: 'clicks' | 'opens'): number =>
  Math.min(by === 'clicks' ? clicked : opened, sent);

const rate = ({ of, hits }: { of: number; hits: number }): number => (of === 0 ? 0 : hits / of);
