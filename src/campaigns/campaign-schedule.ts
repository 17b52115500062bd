import type { Campaign } from './campaign.entity.js';
import { firstDue } from './domain/misfire.js';
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

/** The occurrence, in the campaign's zone, whose run opens at `opening`. */
export function scheduledFor(campaign: Campaign, opening: Date): Date {
  return opensByZones(campaign, opening) ? occurrenceIn(campaign.timeZone, opening).at : opening;
}

/** Whether the run that opens then follows its recipients' clocks; a one-time campaign launched by hand goes out at once. */
export function opensByZones(campaign: Campaign, opening: Date): boolean {
  if (!campaign.recipientTimeZone) return false;
  return campaign.type === 'recurring' || opening.getTime() === openingsOf(campaign).schedule.anchorAt.getTime();
}

/** When a campaign that starts waiting now is first due: a one-time one at its time, a recurring one by its policy. */
export function firstDueOf(campaign: Campaign, now: Date, policy = campaign.misfire): Date | null {
  const { schedule, spreadMs } = openingsOf(campaign);
  if (campaign.type === 'one_time') return schedule.anchorAt;
  if (campaign.maxRuns != null && campaign.runsStarted >= campaign.maxRuns) return null;
  return firstDue({ schedule, policy, now, spreadMs });
}
