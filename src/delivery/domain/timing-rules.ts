import { isUsableZone } from '../../campaigns/domain/recipient-time.js';
import {
  type DailyHours,
  earliestAllowed,
  type SendHours,
  type SendWindow,
} from '../../campaigns/domain/send-window.js';
import { WAITING } from '../../campaigns/domain/variant-group.js';
import { formatTimeOfDay, formatWall, toWallTime } from '../../campaigns/domain/wall-time.js';
import { isLeftOut } from './audience-rules.js';
import type { ContactFacts } from './contact-rules.js';
import { at, type Judgement } from './explanation.js';

/** What decides when a recipient may be sent to. */
export interface TimingFacts {
  /** Whether each recipient is due at its own wall time. */
  byClock: boolean;
  /** The campaign's, for recipients without a usable one. */
  campaignZone: string;
  /** The hours in which it may be sent; null for any. */
  hours: SendHours | null;
}

type Facts = Pick<
  ContactFacts,
  'timing' | 'contact' | 'contactId' | 'run' | 'inAudience' | 'group' | 'firstDueAt' | 'batch' | 'end' | 'now'
>;

/** Whose zone counts, and why. */
export function judgeZone({ timing: { byClock, hours, campaignZone }, contact, firstDueAt }: Facts): Judgement {
  if (!byClock && !hours) return ['pass', 'Its time zone does not matter: everyone is due at one moment, at any hour.'];
  if (!contact) return ['unknown', 'The time zone of a deleted contact is not kept.'];
  const { timeZone } = contact;
  // What it was when the audience was frozen is not kept: a change since then moves its hours, not its time.
  const since = byClock && firstDueAt ? ' What it was when the audience was frozen set the time below.' : '';
  if (timeZone === null) return ['pass', `It has no time zone: the campaign's, ${campaignZone}, counts.${since}`];
  return isUsableZone(timeZone)
    ? ['pass', `Its own time zone, ${timeZone}, counts.${since}`]
    : [
        'pass',
        `Its time zone, "${timeZone}", is none that can be used: the campaign's, ${campaignZone}, counts.${since}`,
      ];
}

/** When it is due for the first time; the tries after that are told by themselves. */
export function judgeDue(facts: Facts): Judgement {
  const { firstDueAt, end, now } = facts;
  if (facts.group === WAITING) return judgeWaiting(facts);
  if (isLeftOut(facts)) return ['pass', 'It is not in the audience and never due.'];
  if (!firstDueAt) return ['pass', 'Its time is set when the audience is frozen.'];
  const due = inBoth(firstDueAt, zoneOf(facts));
  if (end?.reason === 'zone_past') return ['stop', `It was due at ${due}, which was past when the run opened.`];
  if (end) return ['pass', `It was due at ${due}.`];
  return firstDueAt > now ? ['wait', `It is due at ${due}.`] : ['pass', `It has been due since ${due}.`];
}

/** When the variant is found that it waits for. */
function judgeWaiting(facts: Facts): Judgement {
  const { run, firstDueAt, end } = facts;
  if (end) return ['pass', 'It waited for the variant that wins.'];
  if (firstDueAt) return ['wait', `The variant that wins is decided at ${inBoth(firstDueAt, zoneOf(facts))}.`];
  const left = run ? `, by ${at(run.expiresAt)}: who was not sent to by then is skipped` : '';
  return ['wait', `It is due when somebody chooses the variant that wins${left}.`];
}

/** Whether the hours of sending let it through now, and if not until when. */
export function judgeHours(facts: Facts): Judgement {
  const { run, batch, end, now } = facts;
  const { hours } = facts.timing;
  if (!hours) return ['pass', 'It may be sent at any hour.'];
  const words = [hours.window && wordsOf('window', hours.window), hours.quiet && wordsOf('quiet', hours.quiet)];
  const all = words.filter(Boolean).join(' and ');
  if (end?.reason === 'quiet_hours') return ['stop', `It could not be sent before the run's deadline: ${all}.`];
  if (!run || !batch || batch.inFlight || end) return ['pass', `Asked right before it is sent: ${all}.`];
  const zone = zoneOf(facts);
  const opening = earliestAllowed(now, zone, hours);
  const here = `It is ${timeIn(now, zone)} in ${zone}`;
  if (opening !== null && opening <= now) return ['pass', `${here}, when it may be sent: ${all}.`];
  if (opening === null || opening >= run.expiresAt)
    return ['stop', `${here}; it may not be sent before the run's deadline, ${at(run.expiresAt)}: ${all}.`];
  return ['wait', `${here}; it waits until ${inBoth(opening, zone)}: ${all}.`];
}

/** The zone by which the engine measures: the contact's, where that is one. */
function zoneOf({ contact, timing }: Facts): string {
  const own = contact?.timeZone ?? null;
  return isUsableZone(own) ? own : timing.campaignZone;
}

function wordsOf(kind: 'window' | 'quiet', { from, to, ...rest }: DailyHours | SendWindow): string {
  if (kind === 'quiet') return `not in the quiet hours, ${from} to ${to}`;
  const days = 'weekdays' in rest && rest.weekdays ? ` on ${rest.weekdays.join(', ')}` : '';
  return `only in the send window, ${from} to ${to}${days}`;
}

const timeIn = (instant: Date, zone: string): string => formatTimeOfDay(toWallTime(instant, zone));

/** An instant as it is written everywhere and as a clock in the zone shows it. */
function inBoth(instant: Date, zone: string): string {
  const day = formatWall(toWallTime(instant, zone), 'EEE d MMM yyyy');
  return `${at(instant)} (${timeIn(instant, zone)} on ${day} in ${zone})`;
}
