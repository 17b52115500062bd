/** A value at a time in seconds. */
export type Point = readonly [at: number, value: number];

/**
 * How much a value grows a second, by Theil and Sen: the median of the slopes between every two points. Up to 29 % of the
 * points may be anything (a collection that came late, a burst) without moving it, where a least-squares line follows each.
 */
export function slope(points: readonly Point[]): number {
  const slopes = points.flatMap(([at, value], index) =>
    points.slice(index + 1).flatMap(([later, other]) => (later > at ? [(other - value) / (later - at)] : [])),
  );
  if (slopes.length === 0) throw new Error('two points at least make a slope');
  return median(slopes);
}

/** By how much a value grew from the first to the last point, by its slope. */
export const growth = (points: readonly Point[]): number => slope(points) * (points.at(-1)![0] - points[0]![0]);

/** The middle value; of an even number the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
