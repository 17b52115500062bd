import type { Samples } from './judgement.js';
import type { Point } from './slope.js';

const MB = 2 ** 20;
/** How many moments are shown of the whole. */
const SHOWN = 6;

/** What was measured, a line each, at moments spread over the whole: for whoever wants to see more than a verdict. */
export function summary(
  samples: Samples,
  { taken, calls, seconds }: Record<'taken' | 'calls' | 'seconds', number>,
): string {
  const line = (what: string, series: Point[], unit: string, scale = 1): string => {
    const values = Array.from(
      { length: SHOWN },
      (_, n) => series[Math.floor(((series.length - 1) * n) / (SHOWN - 1))]!,
    );
    return `  ${what.padEnd(24)}${values.map(([, value]) => (value / scale).toFixed(scale === 1 ? 0 : 1).padStart(8))} ${unit}`;
  };
  const rate = (count: number): string => (count / seconds).toFixed(0);
  return [
    `${taken.toLocaleString('en')} messages (${rate(taken)} a second), ${calls.toLocaleString('en')} calls (${rate(calls)} a second)`,
    line('live objects', samples.heap, 'MB', MB),
    line('resident memory', samples.resident, 'MB', MB),
    line('open descriptors', samples.descriptors, ''),
    line('active handles', samples.handles, ''),
    line('connections in use', samples.busy, ''),
    line('timers late, p99', samples.late, 'ms', 1e-3),
    line('timers late beside it', samples.lateBeside, 'ms', 1e-3),
    '',
  ].join('\n');
}
