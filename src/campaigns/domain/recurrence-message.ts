import { cronInWords } from './cron-words.js';
import { WEEKDAYS, type Occurrence, type Schedule, type WallTime } from './schedule.js';
import { formatTimeOfDay, formatWall, toWallTime } from './wall-time.js';

export type RecurrenceStatus = 'draft' | 'pending' | 'processing' | 'paused' | 'completed' | 'cancelled' | 'failed';

const DAY = 'EEE d MMM yyyy';
const UNITS = {
  secondly: 'second',
  minutely: 'minute',
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
} as const;

/**
 * When a campaign runs, in one line for people: "Every 2 weeks on Monday at 10:00 Europe/Berlin; next Mon 8 Feb 2027;
 * 3 runs so far". All times are wall times in the schedule's zone. A schedule without frequency and cron runs once.
 */
export function recurrenceMessage(campaign: {
  schedule: Schedule;
  next: Occurrence | null;
  runs: number;
  maxRuns: number | null;
  status: RecurrenceStatus;
  /** Whether the times are those of each recipient's own clock. */
  recipientTimeZone?: boolean;
}): string {
  const { schedule, next, runs, maxRuns, status } = campaign;
  const where = campaign.recipientTimeZone ? "in each contact's own time zone" : schedule.timeZone;
  if (schedule.frequency === null && schedule.cron === null) return rule(schedule, where);
  return [rule(schedule, where) + end(schedule), upcoming(schedule, next, status), progress(runs, maxRuns)].join('; ');
}

function rule(schedule: Schedule, where: string): string {
  const { anchorLocal, timeZone, frequency, interval, cron } = schedule;
  if (cron !== null) {
    const words = cronInWords(cron);
    return words === null ? `By cron \`${cron}\` ${where}` : `${words} ${where} (cron \`${cron}\`)`;
  }
  if (frequency === null) {
    // A gap moves the time in the campaign's zone alone; elsewhere it stays what was asked for.
    const local = where === timeZone ? toWallTime(schedule.anchorAt, timeZone) : anchorLocal;
    return `Once on ${formatWall(local, DAY)} at ${formatTimeOfDay(local)} ${where}`;
  }
  const every = interval === 1 ? `Every ${UNITS[frequency]}` : `Every ${interval} ${UNITS[frequency]}s`;
  const at = ` at ${formatTimeOfDay(anchorLocal)} ${where}`;
  switch (frequency) {
    case 'secondly':
    case 'minutely':
    case 'hourly':
      return every;
    case 'daily':
      return every + at;
    case 'weekly':
      return (interval === 1 ? `Every ${weekdayList(schedule)}` : `${every} on ${weekdayList(schedule)}`) + at;
    case 'monthly':
      return `${every} on the ${formatWall(anchorLocal, 'do')}${orLastDay(anchorLocal)}${at}`;
    case 'yearly': {
      const leapDay = anchorLocal.slice(5, 10) === '02-29';
      return `${every} on ${formatWall(anchorLocal, 'd MMMM')}${leapDay ? orLastDay(anchorLocal) : ''}${at}`;
    }
  }
}

function weekdayList({ weekdays, anchorLocal }: Schedule): string {
  const names = WEEKDAYS.filter((day) => weekdays?.includes(day)).map((day) => day[0]!.toUpperCase() + day.slice(1));
  if (names.length === 0) return formatWall(anchorLocal, 'EEEE');
  return new Intl.ListFormat('en-GB').format(names);
}

function orLastDay(anchorLocal: WallTime): string {
  return Number(anchorLocal.slice(8, 10)) > 28 ? ' (or the last day)' : '';
}

function end({ until, timeZone }: Schedule): string {
  if (until === null) return '';
  const local = toWallTime(until, timeZone);
  return ` until ${formatWall(local, DAY)} at ${formatTimeOfDay(local)}`;
}

function upcoming(schedule: Schedule, next: Occurrence | null, status: RecurrenceStatus): string {
  if (status === 'draft' || status === 'paused' || status === 'cancelled' || status === 'failed') return status;
  if (next === null || status === 'completed') return 'no further occurrence';
  const day = `next ${formatWall(next.local, DAY)}`;
  if (schedule.cron !== null) return `${day} at ${formatTimeOfDay(next.local)}`;
  // Of seconds every time has them: without, 10:00 would be there as long as 10:00:30.
  if (schedule.frequency === 'secondly') return `${day} at ${formatWall(next.local, 'HH:mm:ss')} ${schedule.timeZone}`;
  if (isElapsed(schedule)) return `${day} at ${formatTimeOfDay(next.local)} ${schedule.timeZone}`;
  const asUsual = next.local.slice(11) === schedule.anchorLocal.slice(11);
  return asUsual ? day : `${day} at ${formatTimeOfDay(next.local)}`;
}

function isElapsed({ frequency }: Schedule): boolean {
  return frequency === 'secondly' || frequency === 'minutely' || frequency === 'hourly';
}

function progress(runs: number, maxRuns: number | null): string {
  if (maxRuns !== null) return `${runs} of ${maxRuns} runs so far`;
  if (runs === 0) return 'no runs yet';
  return runs === 1 ? '1 run so far' : `${runs} runs so far`;
}
