import { share } from './rates.js';

/** Adds to each row its share of all, and the share of all rows up to it; the rows are in the order of their counts. */
export function pareto<Row extends { count: number }>(
  rows: readonly Row[],
): (Row & { share: number; cumulative_share: number })[] {
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  let sofar = 0;
  return rows.map((row) => {
    sofar += row.count;
    return { ...row, share: share(row.count, all) ?? 0, cumulative_share: share(sofar, all) ?? 0 };
  });
}
