import { firstBent } from '../../campaigns/domain/bent-time.js';
import { RUN_DEADLINE_HOURS } from '../../campaigns/domain/run-deadline.js';
import type { OverlapPolicy } from '../../campaigns/domain/schedule.js';
import { formatWall } from '../../campaigns/domain/wall-time.js';
import { inWords } from './in-words.js';
import { type LintRule, type LintSubject, when } from './lint-rule.js';

const YEAR = 366 * 86_400_000;

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
      const [, , day = '', month] = cron?.trim().split(/\s+/).slice(-5) ?? [];
      return when(month === '*' && /^(?:29|30|31)$/.test(day), () => {
        return `Not every month has a day ${day}; a cron expression leaves the others out.`;
      });
    },
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
    check({ type, next: [first, second], runMs, overlap }) {
      if (type === 'one_time' || !first || !second) return [];
      const gap = second.at.getTime() - first.at.getTime();
      return when(gap < runMs, () => {
        const took = `A run takes about ${inWords(runMs)}, and the next is due after ${inWords(gap)}`;
        return `${took}: ${meanwhile[overlap]}.`;
      });
    },
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
    check: ({ schedule: { until }, next }) =>
      when(until !== null && next.length === 0, () => {
        return `The schedule ends on ${until!.toISOString()}, before its next occurrence: nothing will run.`;
      }),
  },
  {
    code: 'SCHEDULE_TIME_PASSED',
    pointer: '/schedule_time',
    check: ({ type, schedule: { anchorAt }, now }) =>
      when(type === 'one_time' && anchorAt < now, () => {
        return `${anchorAt.toISOString()} has passed: the campaign is due at once.`;
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

function bentByDst({ type, schedule, next, now }: LintSubject): string[] {
  const bent = type === 'one_time' ? next[0] : firstBent(schedule, now, new Date(now.getTime() + YEARS * YEAR));
  return when(bent != null && bent.note !== null, () => `On ${formatWall(bent!.local, 'd MMM yyyy')}: ${bent!.note}.`);
}
