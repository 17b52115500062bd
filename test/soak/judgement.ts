import { growth, median, type Point } from './slope.js';

/** What was seen while the work was steady, each a series over the seconds since its start. */
export interface Samples {
  /** Bytes resident. */
  resident: Point[];
  /** Bytes of JavaScript objects that are alive, after a garbage collection. */
  heap: Point[];
  descriptors: Point[];
  handles: Point[];
  /** Seconds that timers of the application were late, p99 of the time since the sample before. */
  late: Point[];
  /** The same in a thread beside it that does nothing. */
  lateBeside: Point[];
  /** Connections to the database that are in use. */
  busy: Point[];
}

/** One promise, what was seen, and whether it holds. */
export interface Finding {
  what: string;
  seen: number;
  most: number;
  unit: string;
  holds: boolean;
}

const MB = 2 ** 20;

/**
 * How much may be left growing over the time that is looked at, however long that is: what a healthy process still moves by.
 * Healthy runs of 3 and of 30 minutes were seen to move by a third of each at most. A leak has no bound of its own, so the
 * longer the run, the smaller the leak that is found: 8 MB are 580 bytes a message in 3 minutes and 47 in 30.
 */
const GROWTH = { heap: 8, resident: 32, descriptors: 10, handles: 20 };

/** A timer may be so much later than one beside it on the same machine in the same seconds; usually, not in the worst moment. */
const LATE_MS = 100;

/** Judges what was sampled from `from` seconds on, when caches are full and code is compiled. */
export function judge(samples: Samples, from: number): Finding[] {
  const warm = (series: Point[]): Point[] => series.filter(([at]) => at >= from);
  const grown = (what: string, series: Point[], most: number, unit = '', scale = 1): Finding =>
    finding(`${what} grew by`, growth(warm(series)) / scale, most, unit);
  const apart = samples.late.map(([at, late], index): Point => [at, late - samples.lateBeside[index]![1]]);
  return [
    grown('live objects', samples.heap, GROWTH.heap, ' MB', MB),
    grown('resident memory', samples.resident, GROWTH.resident, ' MB', MB),
    grown('open descriptors', samples.descriptors, GROWTH.descriptors),
    grown('active handles', samples.handles, GROWTH.handles),
    finding('timers late beyond the machine, p99', median(warm(apart).map(([, late]) => late * 1000)), LATE_MS, ' ms'),
  ];
}

/** Something that is to be no more than a bound. */
export const finding = (what: string, seen: number, most: number, unit = ''): Finding => ({
  what,
  seen,
  most,
  unit,
  holds: seen <= most,
});

/** A finding for people: `kept   live objects grew by 1.3 MB, at most 8 MB`. */
export const inWords = ({ what, seen, most, unit, holds }: Finding): string =>
  `${holds ? 'kept  ' : 'BROKEN'} ${what} ${Number(seen.toFixed(1))}${unit}, at most ${most}${unit}`;
