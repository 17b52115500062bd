/** A line through the middle of each step; of one alone a line of no length, whose round ends are a point. */
export const linePoints = (heights: number[]): string =>
  (heights.length === 1 ? heights.concat(heights) : heights)
    .map((y, at) => `${heights.length === 1 ? 0.5 : at + 0.5},${y}`)
    .join(' ');
