import { isTimeZone, spellZone, WRONG_ZONE } from '../../audience/domain/time-zone.js';
import { firesAtOneTime, validateCron } from './cron.js';
import { nextOccurrence } from './recurrence.js';
import type { Frequency, LatePolicy, Schedule, Weekday } from './schedule.js';
import { parseScheduleTime } from './wall-time.js';

/** When a campaign is asked to run, as the API spells it. Absent and null mean the same. */
export interface ScheduleRequest {
  type: 'one_time' | 'recurring';
  schedule_time: string;
  time_zone: string;
  frequency?: Frequency | null;
  interval?: number | null;
  weekdays?: Weekday[] | null;
  cron?: string | null;
  until?: string | null;
  max_runs?: number | null;
  recipient_time_zone?: boolean;
  late?: LatePolicy;
}

/** One wrong field: a JSON pointer and a sentence. */
interface Fault {
  pointer: string;
  message: string;
}

const fault = (field: string, message: string): Fault => ({ pointer: `/${field}`, message });

/** Reads a request into a schedule, or says everything that is wrong with it. */
export function readSchedule(request: ScheduleRequest): { schedule: Schedule } | { faults: Fault[] } {
  const faults = [...wrongCombinations(request)];
  if (!isTimeZone(request.time_zone)) return { faults: [...faults, fault('time_zone', WRONG_ZONE)] };
  const anchor = parseScheduleTime(request.schedule_time, request.time_zone);
  const until = request.until == null ? null : parseScheduleTime(request.until, request.time_zone);
  if (!anchor) faults.push(fault('schedule_time', 'schedule_time must be an ISO 8601 date and time that exists'));
  if (request.until != null && !until)
    faults.push(fault('until', 'until must be an ISO 8601 date and time that exists'));
  const wrongCron = request.cron == null ? null : validateCron(request.cron);
  if (wrongCron !== null) faults.push(fault('cron', wrongCron));
  else if (request.recipient_time_zone && request.cron != null && !firesAtOneTime(request.cron))
    faults.push(fault('cron', 'with recipient_time_zone the cron expression must name one time of day'));
  if (!anchor || faults.length > 0) return { faults };

  const schedule: Schedule = {
    anchorAt: anchor.at,
    anchorLocal: anchor.local,
    timeZone: spellZone(request.time_zone),
    frequency: request.frequency ?? null,
    interval: request.interval ?? 1,
    weekdays: request.weekdays ?? null,
    cron: request.cron ?? null,
    until: until?.at ?? null,
  };
  const never = request.type === 'recurring' && !nextOccurrence(schedule, new Date(anchor.at.getTime() - 1));
  return never ? { faults: [fault('until', 'no occurrence falls between schedule_time and until')] } : { schedule };
}

/** Fields that do not go together; each rule is one line. */
function wrongCombinations(request: ScheduleRequest): Fault[] {
  const { type, frequency, interval, weekdays, cron, until, max_runs, recipient_time_zone } = request;
  const rules: [boolean, string, string][] = [
    [type === 'one_time' && frequency != null, 'frequency', 'frequency needs type "recurring"'],
    [type === 'one_time' && interval != null && interval !== 1, 'interval', 'interval needs type "recurring"'],
    [type === 'one_time' && weekdays != null, 'weekdays', 'weekdays need type "recurring"'],
    [type === 'one_time' && cron != null, 'cron', 'cron needs type "recurring"'],
    [type === 'one_time' && until != null, 'until', 'until needs type "recurring"'],
    [type === 'one_time' && max_runs != null, 'max_runs', 'max_runs needs type "recurring"'],
    [
      type === 'recurring' && frequency == null && cron == null,
      'frequency',
      'a recurring campaign needs a frequency or a cron expression',
    ],
    [frequency != null && cron != null, 'cron', 'give either frequency or cron, not both'],
    [cron != null && interval != null && interval !== 1, 'interval', 'interval goes with frequency, not with cron'],
    [weekdays != null && frequency !== 'weekly', 'weekdays', 'weekdays go with frequency "weekly" only'],
    [
      recipient_time_zone === true && (frequency === 'secondly' || frequency === 'minutely' || frequency === 'hourly'),
      'recipient_time_zone',
      `recipient_time_zone needs a time of day: frequency daily or longer, not ${frequency}`,
    ],
    [
      recipient_time_zone === true && hasOffset(request.schedule_time),
      'schedule_time',
      'with recipient_time_zone schedule_time is wall time wherever a contact is: leave out the offset',
    ],
    [
      recipient_time_zone !== true && request.late === 'skip',
      'late',
      'late "skip" needs recipient_time_zone: without it no zone is late',
    ],
    [until != null && max_runs != null, 'max_runs', 'give either until or max_runs, not both'],
  ];
  return rules.filter(([broken]) => broken).map(([, field, message]) => fault(field, message));
}

const hasOffset = (time: string): boolean => /T.*(?:Z|[+-]\d\d:\d\d)$/.test(time);
