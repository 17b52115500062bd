import { firstBent, leftOutByGaps } from '../../campaigns/domain/bent-time.js';
import { datesNotInEveryYear, onlyInMonth } from '../../campaigns/domain/cron.js';
import { occurrenceIn, openingSchedule } from '../../campaigns/domain/recipient-time.js';
import { occurrences } from '../../campaigns/domain/recurrence.js';
import { RUN_DEADLINE_HOURS } from '../../campaigns/domain/run-deadline.js';
import type { Occurrence, OverlapPolicy, Schedule } from '../../campaigns/domain/schedule.js';
import { formatTimeOfDay, formatWall, toInstant, toWallTime } from '../../campaigns/domain/wall-time.js';
import { inWords } from './in-words.js';
import { type LintRule, type LintSubject, when } from './lint-rule.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 366 * DAY;

/** Occurrences looked at for one that is due too soon; with fewer than ten shown, the schedule ends. */
const LOOKED_AT = 60;
const SHOWN = 10;

/** How far ahead a time that DST bends is looked for. */
const YEARS = 5;

const meanwhile: Record<OverlapPolicy, string> = {
  skip: 'occurrences that come meanwhile are skipped',
  queue: 'the next wait, later each time',
  allow: 'runs will go side by side, more and more of them',
};

/** What is easily overlooked in a schedule. */
export const scheduleRules: LintRule[] = [
  { code: 'TIME_BENT_BY_DST', pointer: '/schedule_time', check: bentByDst },
  {
    code: 'DAY_NOT_IN_EVERY_MONTH',
    pointer: '/schedule_time',
    check: ({ schedule: { frequency, anchorLocal } }) =>
      when(frequency === 'monthly' && Number(anchorLocal.slice(8, 10)) > 28, () => {
        const day = formatWall(anchorLocal, 'do');
        return `Not every month has a ${day}; in the others the last day is taken.`;
      }),
  },
  {
    code: 'DAY_NOT_IN_EVERY_MONTH',
    pointer: '/cron',
    check({ schedule: { cron } }) {
      const dates = cron === null ? [] : datesNotInEveryYear(cron);
      return when(dates.length > 0 && !onlyLeapDay(cron!), () => {
        const days = [...new Set(dates.map(({ day }) => day))].join(' or ');
        return `Not every month has a day ${days}; a cron expression leaves the others out.`;
      });
    },
  },
  {
    code: 'LEAP_DAY',
    pointer: '/cron',
    check: ({ schedule: { cron } }) =>
      when(cron !== null && onlyLeapDay(cron), () => {
        return 'Only leap years have a 29 February; a cron expression leaves the others out.';
      }),
  },
  {
    code: 'LEAP_DAY',
    pointer: '/schedule_time',
    check: ({ schedule: { frequency, anchorLocal } }) =>
      when(frequency === 'yearly' && anchorLocal.slice(5, 10) === '02-29', () => {
        return 'Only leap years have a 29 February; in the others the 28th is taken.';
      }),
  },
  {
    code: 'INTERVAL_SHORTER_THAN_RUN',
    pointer: '/interval',
    check: heldUp,
  },
  {
    code: 'RUN_OUTLASTS_DEADLINE',
    pointer: '/target_segment',
    check: ({ runMs }) =>
      when(runMs > RUN_DEADLINE_HOURS * 3_600_000, () => {
        const took = `A run would take about ${inWords(runMs)}`;
        return `${took}; after ${RUN_DEADLINE_HOURS} hours what is left of it is skipped as expired.`;
      }),
  },
  {
    code: 'UNTIL_BEFORE_NEXT',
    pointer: '/until',
    check: ({ schedule: { until, timeZone }, next }) =>
      when(until !== null && next.length === 0, () => {
        return `The schedule ends on ${momentIn(timeZone, until!)}, before its next occurrence: nothing will run.`;
      }),
  },
  {
    code: 'SCHEDULE_TIME_PASSED',
    pointer: '/schedule_time',
    check: ({ type, schedule: { anchorAt, timeZone }, now }) =>
      when(type === 'one_time' && anchorAt < now, () => {
        return `${momentIn(timeZone, anchorAt)} has passed: the campaign is due at once.`;
      }),
  },
  {
    code: 'EMPTY_AUDIENCE',
    pointer: '/target_segment',
    check: ({ audience: { contacts } }) => when(contacts === 0, () => 'Nobody is in the audience at the moment.'),
  },
  {
    code: 'NOBODY_REACHABLE',
    pointer: '/target_segment',
    check: ({ audience: { contacts, reachable }, channel }) =>
      when(contacts > 0 && reachable === 0, () => {
        return `None of the ${contacts.toLocaleString('en')} contacts can be reached by ${channel} at the moment.`;
      }),
  },
];

/** An instant by the clock of a zone, as the screens show it: `5 Jan 2026, 10:00 Europe/Berlin`. */
function momentIn(timeZone: string, at: Date): string {
  const local = toWallTime(at, timeZone);
  return `${formatWall(local, 'd MMM yyyy')}, ${formatTimeOfDay(local)} ${timeZone}`;
}

/** Whether the only date that an expression names and not every year has is the 29 February, and it names no other month. */
function onlyLeapDay(cron: string): boolean {
  const [date, ...others] = datesNotInEveryYear(cron);
  return date?.month === 2 && date.day === 29 && others.length === 0 && onlyInMonth(cron, 2);
}

/** Looks for an occurrence that is due before the one before it is over: among those that come first, and at each hour of a day and
 * each day of a week. */
function heldUp({ type, next, schedule, overlap, heldMs }: LintSubject): string[] {
  if (type === 'one_time' || next.length < 2) return [];
  const ahead = [...Array<number>(DAY / HOUR).keys()].map((hour) => hour * HOUR);
  const days = [2, 3, 4, 5, 6].map((day) => day * DAY);
  const later = next.length < SHOWN ? [] : [...ahead, ...days].map((time) => new Date(next[0]!.at.getTime() + time));
  const coming = next.length < SHOWN ? next : occurrences(schedule, next[0]!.at, LOOKED_AT);
  const pairs = [
    ...coming.slice(1).map((following, index) => [coming[index]!, following]),
    ...later.map((from) => occurrences(schedule, from, 2)),
  ];
  for (const [first, second] of pairs) {
    if (!first || !second) continue;
    const [gap, held] = [second.at.getTime() - first.at.getTime(), heldMs(first.at)];
    if (gap >= held) continue;
    const took = `A run takes about ${inWords(held)}, and the next is due after ${inWords(gap)}`;
    return [`${took}: ${meanwhile[overlap]}.`];
  }
  return [];
}

/** The first time of day that the clocks bend or leave out: those of the campaign's zone, or of its recipients. */
function bentByDst(subject: LintSubject): string[] {
  const { zones, schedule } = subject;
  const found =
    zones.length === 0 ? [bentIn(schedule, subject)] : zones.map((zone) => bentIn(inZone(schedule, zone), subject));
  const bent = found
    .flatMap((one) => (one?.note ? [one] : []))
    .sort((one, other) => one.at.getTime() - other.at.getTime());
  return bent.slice(0, 1).map(({ local, note }) => `On ${formatWall(local, 'd MMM yyyy')}: ${note}.`);
}

function bentIn(schedule: Schedule, { type, next, now, zones }: LintSubject): Occurrence | null {
  if (type === 'one_time' && zones.length === 0) return next[0] ?? null;
  const to = new Date(now.getTime() + YEARS * YEAR);
  if (type === 'one_time') return occurrenceIn(schedule.timeZone, openingSchedule(schedule).anchorAt);
  return firstBent(schedule, now, to) ?? leftOutByGaps(schedule, now, to).next().value ?? null;
}

/** The same rule by another clock. */
const inZone = (schedule: Schedule, timeZone: string): Schedule => ({
  ...schedule,
  timeZone,
  anchorAt: toInstant(schedule.anchorLocal, timeZone).at,
});
