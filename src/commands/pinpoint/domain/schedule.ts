import { isoInstant } from '../../../audience/domain/rule-time.js';
import type { Reading } from './reading.js';

const FREQUENCIES: Record<string, string> = { HOURLY: 'hourly', DAILY: 'daily', WEEKLY: 'weekly', MONTHLY: 'monthly' };
const MINUTE_MS = 60_000;
/** The offset from UTC behind a time; what a date ends in is none. */
const OFFSET = /(?<=T.*)(?:Z|[+-]\d\d(?::?\d\d)?)$/;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d/;

/** Why a campaign with this schedule cannot be carried over; null where it can. */
export function scheduleFault(schedule: Reading): string | null {
  const frequency = schedule.at('Frequency').text ?? 'ONCE';
  if (frequency === 'EVENT' || frequency === 'IN_APP_EVENT')
    return 'it is sent when an event happens, and here campaigns are sent on a schedule';
  return frequency === 'ONCE' || FREQUENCIES[frequency] ? null : `the frequency ${frequency} is not known`;
}

/** When a campaign is sent, as files have it. `now` stands in for a time that is not given. */
export function scheduleOf(schedule: Reading, now: Date): Record<string, unknown> {
  const frequency = FREQUENCIES[schedule.at('Frequency').text ?? ''];
  schedule.at('Frequency').became(frequency ? 'frequency' : 'type');
  schedule.at('EventFilter').dropped('campaigns are not sent by events');
  const local = localTime(schedule.at('IsLocalTime'), frequency);
  const zone = zoneOf(schedule.at('Timezone'));
  return {
    type: frequency ? 'recurring' : 'one_time',
    schedule_time: startOf(schedule.at('StartTime'), zone.minutes, local, now),
    ...(zone.name === 'UTC' ? {} : { time_zone: zone.name }),
    ...(local ? { recipient_time_zone: true } : {}),
    ...(frequency ? { frequency } : {}),
    ...endOf(schedule.at('EndTime'), frequency),
    ...windowOf(schedule.at('QuietTime')),
  };
}

function localTime(asked: Reading, frequency: string | undefined): boolean {
  if (asked.value === true && frequency === 'hourly') {
    asked.dropped('what is hourly has no time of day that could be the recipient’s');
    return false;
  }
  asked.became('recipient_time_zone');
  return asked.value === true;
}

/** A fixed distance from UTC. Whole hours have a zone of their own; the others stay in UTC, which recurs at the same instants. */
function zoneOf(zone: Reading): { name: string; minutes: number } {
  const [, sign, hours, rest = '00'] = /^UTC([+-])(\d\d?)(?::?(\d\d))?$/.exec(zone.text ?? '') ?? [];
  if (!sign) {
    if (zone.text === 'UTC') zone.became('time_zone');
    else zone.dropped('it is no offset from UTC: the campaign follows UTC');
    return { name: 'UTC', minutes: 0 };
  }
  const minutes = (sign === '+' ? 1 : -1) * (Number(hours) * 60 + Number(rest));
  // The signs of these names are the other way round.
  const name = rest === '00' && minutes !== 0 ? `Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}` : 'UTC';
  zone.resembles('time_zone', `${name}: an offset has no summer time; name the place if it is meant, as Europe/Berlin`);
  return { name, minutes: name === 'UTC' ? 0 : minutes };
}

function startOf(start: Reading, minutes: number, local: boolean, now: Date): string {
  const at = isoInstant((local ? start.text?.replace(OFFSET, '') : start.text) ?? '');
  if (at === null) {
    start.resembles('schedule_time', 'it began at once: here it is due when it is launched');
    return wallTime(now.getTime() + minutes * MINUTE_MS);
  }
  if (local) {
    start.resembles('schedule_time', 'this wall time wherever a recipient is');
    return wallTime(at.getTime());
  }
  start.became('schedule_time');
  return wallTime(at.getTime() + minutes * MINUTE_MS);
}

const wallTime = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19);

function endOf(end: Reading, frequency: string | undefined): Record<string, unknown> {
  if (!end.given) return {};
  const at = isoInstant(end.text ?? '');
  if (frequency && at !== null) {
    end.became('until');
    return { until: at.toISOString() };
  }
  end.dropped('what is sent once ends with its run');
  return {};
}

/** Quiet time is when nothing is sent; a window is when something is. */
function windowOf(quiet: Reading): Record<string, unknown> {
  const [start, end] = [quiet.at('Start').text ?? '', quiet.at('End').text ?? ''];
  if (!quiet.given) return {};
  if (!TIME_OF_DAY.test(start) || !TIME_OF_DAY.test(end) || start.slice(0, 5) === end.slice(0, 5)) {
    quiet.dropped('it is no part of a day');
    return {};
  }
  quiet.resembles(
    'send_window',
    'whoever is in quiet time waits for its end; who has no time zone has the campaign’s, and is not sent to at any time',
  );
  return { send_window: { from: end.slice(0, 5), to: start.slice(0, 5) } };
}
