import { readWall, toInstant, toWallTime, writeWall, zoneOffset } from '../../campaigns/domain/wall-time.js';

/** How long the steps of a timeline are; hours and days are those of a time zone. */
export const STEPS = ['minute', 'hour', 'day'] as const;
export type Step = (typeof STEPS)[number];

/** Stretches that begin with the send. */
export const PRESETS = ['all', 'first_hour', 'first_day', 'first_week', 'first_month'] as const;
export type Preset = (typeof PRESETS)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LENGTHS: Record<Exclude<Preset, 'all'>, number> = {
  first_hour: HOUR,
  first_day: DAY,
  first_week: 7 * DAY,
  first_month: 30 * DAY,
};

/** A stretch of time; `to` does not belong to it. */
export interface Stretch {
  from: Date;
  to: Date;
}

/** The stretch of a preset, where something began and ended at these times. */
export function stretchOf(preset: Preset, began: Date, ended: Date): Stretch {
  if (preset === 'all') return { from: began, to: new Date(ended.getTime() + 1) };
  return { from: began, to: new Date(began.getTime() + LENGTHS[preset]) };
}

/** Steps that show a stretch well: a few hundred of them at most, while it is not longer than a year. */
export function stepFor({ from, to }: Stretch): Step {
  const length = to.getTime() - from.getTime();
  if (length <= 6 * HOUR) return 'minute';
  return length <= 14 * DAY ? 'hour' : 'day';
}

/** When the step begins that an instant is in. */
export function stepStart(at: Date, step: Step, zone: string): Date {
  if (step === 'minute') return new Date(Math.floor(at.getTime() / MINUTE) * MINUTE);
  if (step === 'hour') return new Date(at.getTime() - mod(at.getTime() + zoneOffset(at.getTime(), zone), HOUR));
  return toInstant(`${toWallTime(at, zone).slice(0, 10)}T00:00:00`, zone).at;
}

const mod = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;

/** When the step after the one that begins then begins. */
function nextStart(start: Date, step: Step, zone: string): Date {
  if (step === 'minute') return new Date(start.getTime() + MINUTE);
  if (step === 'hour') return stepStart(new Date(start.getTime() + HOUR), step, zone);
  const day = `${toWallTime(start, zone).slice(0, 10)}T00:00:00`;
  return toInstant(writeWall(readWall(day) + DAY), zone).at;
}

/** When each step of a stretch begins, without a gap, the first with or before `from`; null where there are more than `most`. */
export function stepsOf({ from, to }: Stretch, step: Step, zone: string, most: number): Date[] | null {
  const starts: Date[] = [];
  for (let start = stepStart(from, step, zone); start < to; start = nextStart(start, step, zone)) {
    if (starts.length === most) return null;
    starts.push(start);
  }
  return starts;
}

/** When a stretch's last step ends, which is where its whole steps end. */
export function endOf(starts: readonly Date[], step: Step, zone: string): Date {
  return nextStart(starts.at(-1)!, step, zone);
}

/** Adds rows up by the step that each is in; `starts` ascend, and no row is before the first. */
export function intoSteps<Row extends { at: Date }, Counts extends Record<string, number>>(
  starts: readonly Date[],
  rows: readonly Row[],
  countsOf: (row: Row | null) => Counts,
): (Counts & { from: Date })[] {
  const steps = starts.map((from) => ({ ...countsOf(null), from }));
  let index = 0;
  for (const row of rows.toSorted((one, other) => one.at.getTime() - other.at.getTime())) {
    while (index + 1 < starts.length && starts[index + 1]! <= row.at) index += 1;
    const step = steps[index] as Record<string, number>;
    for (const [name, count] of Object.entries(countsOf(row))) step[name]! += count;
  }
  return steps;
}
