import type { Campaign } from './campaign.entity.js';
import {
  isMissedOnce,
  type Missed,
  outstanding,
  planOpening,
  planStart,
  RUN_ALL_LIMIT,
  type Start,
} from './domain/misfire.js';
import { nextOccurrence, occurrences } from './domain/recurrence.js';
import { occurrenceIn, openingSchedule, ZONES_SPREAD_MS } from './domain/recipient-time.js';
import type { Schedule } from './domain/schedule.js';

/** The schedule of a stored campaign. */
export function scheduleOf(campaign: Campaign): Schedule {
  return {
    anchorAt: campaign.anchorAt,
    anchorLocal: campaign.anchorLocal,
    timeZone: campaign.timeZone,
    frequency: campaign.frequency ?? null,
    interval: campaign.interval,
    weekdays: campaign.weekdays ?? null,
    cron: campaign.cron ?? null,
    until: campaign.until ?? null,
  };
}

/** The schedule by which a campaign's runs open: its own, or that of the first time zone its recipients may be in. */
export function openingsOf(campaign: Campaign): { schedule: Schedule; spreadMs: number } {
  const schedule = scheduleOf(campaign);
  if (!campaign.recipientTimeZone) return { schedule, spreadMs: 0 };
  return { schedule: openingSchedule(schedule), spreadMs: ZONES_SPREAD_MS };
}

/** Runs that a campaign may still open. */
export function runsLeft({ type, maxRuns, runsStarted }: Campaign): number {
  return type === 'one_time' ? 1 : maxRuns == null ? Infinity : maxRuns - runsStarted;
}

/** The occurrence, in the campaign's zone, whose run opens at `opening`. */
export function scheduledFor(campaign: Campaign, opening: Date): Date {
  return opensByZones(campaign, opening) ? occurrenceIn(campaign.timeZone, opening).at : opening;
}

/** Whether the run that opens then follows its recipients' clocks; a one-time campaign launched by hand goes out at once. */
export function opensByZones(campaign: Campaign, opening: Date): boolean {
  if (!campaign.recipientTimeZone) return false;
  return campaign.type === 'recurring' || opening.getTime() === openingsOf(campaign).schedule.anchorAt.getTime();
}

/**
 * When a campaign that begins to wait now is first due, and what it has missed by then: a one-time one is due at its time,
 * a recurring one by its policy. `asked`: whether its time was given in so many words; another rule for the same time was
 * not missed before there was one.
 */
export function startOf(campaign: Campaign, now: Date, asked = true): Start {
  const { schedule, spreadMs } = openingsOf(campaign);
  const { anchorAt } = schedule;
  if (campaign.type === 'one_time') {
    // A past time means at once; from now on it would be late.
    const atOnce = asked && campaign.misfire === 'skip' && !campaign.recipientTimeZone && anchorAt < now;
    return { due: atOnce ? now : anchorAt, missed: null };
  }
  if (campaign.maxRuns != null && campaign.runsStarted >= campaign.maxRuns) return { due: null, missed: null };
  const { due, missed } = planStart({ schedule, policy: asked ? campaign.misfire : 'skip', now, spreadMs });
  return { due, missed: asked && missed ? inZone(campaign, missed) : null };
}

/** What a campaign was due for by `now` and has not carried out, by its time in the campaign's zone; null for nothing. */
export function outstandingOf(campaign: Campaign, now: Date): Missed | null {
  const { nextRunAt: due = null } = campaign;
  if (campaign.type === 'one_time')
    return due && due <= now ? inZone(campaign, { from: due, to: due, count: 1 }) : null;
  const left = outstanding(openingsOf(campaign).schedule, due, now);
  return left && inZone(campaign, left);
}

/**
 * When a paused campaign that goes on now is due, and what it slept through: what is past in every zone that it is for. A
 * one-time one is carried out late, unless its policy says otherwise.
 */
export function resumptionOf(campaign: Campaign, now: Date): Start {
  const { schedule, spreadMs } = openingsOf(campaign);
  const { type, misfire: policy, nextRunAt: due = null } = campaign;
  const goesOn = { due, missed: null };
  if (!due || (type === 'one_time' && !isMissedOnce({ dueAt: due, now, policy, spreadMs }))) return goesOn;
  const past = new Date(now.getTime() - spreadMs);
  const missed = outstandingOf(campaign, past);
  if (!missed) return goesOn;
  return { due: type === 'one_time' ? null : (nextOccurrence(schedule, past)?.at ?? null), missed };
}

/** When the next run of a campaign opens, were a draft launched and a paused one resumed now; null where none is to come. */
export function nextOpeningOf(campaign: Campaign, now: Date): Date | null {
  if (campaign.status === 'draft') return startOf(campaign, now).due;
  const { due } = campaign.status === 'paused' ? resumptionOf(campaign, now) : { due: campaign.nextRunAt ?? null };
  if (!due || due > now) return due;
  const { schedule, spreadMs } = openingsOf(campaign);
  const { misfire: policy, type } = campaign;
  const { open, next } = planOpening({ schedule, dueAt: due, now, policy, recurring: type === 'recurring', spreadMs });
  return open ?? next;
}

/** The past occurrences that a campaign just rescheduled goes back to, by their time in its zone. */
export function toCatchUp(campaign: Campaign, now: Date): Date[] {
  const { nextRunAt: due } = campaign;
  if (!due || due > now) return [];
  return occurrences(openingsOf(campaign).schedule, due, RUN_ALL_LIMIT)
    .filter(({ at }) => at <= now)
    .map(({ at }) => scheduledFor(campaign, at));
}

/** Occurrences by their time in the campaign's zone. */
export function inZone(campaign: Campaign, { from, to, count }: Missed): Missed {
  return { from: scheduledFor(campaign, from), to: scheduledFor(campaign, to), count };
}
