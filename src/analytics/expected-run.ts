import type { Campaign } from '../campaigns/campaign.entity.js';
import { openingSchedule, ZONES_SPREAD_MS } from '../campaigns/domain/recipient-time.js';
import { RUN_DEADLINE_HOURS } from '../campaigns/domain/run-deadline.js';
import type { Schedule } from '../campaigns/domain/schedule.js';
import { toWallTime } from '../campaigns/domain/wall-time.js';
import type { ZonedRun } from '../delivery/domain/zone-plan.js';
import type { Course } from './domain/run-course.js';

/** A campaign as it is planned. */
interface Plan {
  campaign: Campaign;
  schedule: Schedule;
  opensNext: Date | null;
}

/** The run that would open for the occurrence at `at`; where none is asked for the next, null where none is to come. */
export function expectedRun(plan: Plan, at: Date | null, now: Date): ZonedRun | null {
  if (at !== null) return expectedRunAt(plan, at, now);
  const { campaign, schedule, opensNext } = plan;
  if (opensNext === null) return null;
  // A one-time campaign that is launched by hand goes out at once, whatever its recipients' clocks show.
  const atOnce = campaign.type === 'one_time' && opensNext.getTime() !== openingSchedule(schedule).anchorAt.getTime();
  return runAt(campaign, opensNext, campaign.recipientTimeZone && !atOnce, now);
}

/** The run of the occurrence at `at`. */
export function expectedRunAt(plan: Plan, at: Date, now: Date): ZonedRun {
  return runAt(plan.campaign, openingFor(plan, at), plan.campaign.recipientTimeZone, now);
}

/** How long a run holds up the next, in milliseconds: not while it is merely ahead of its last time zones. */
export function heldFor({ opened_at, zones_from }: ZonedRun, { finishesAt }: Course): number {
  const from = zones_from ? zones_from.getTime() + ZONES_SPREAD_MS : opened_at.getTime();
  return Math.max(0, finishesAt.getTime() - from);
}

/** When the run of an occurrence opens: where recipients' clocks decide, when the first of them shows its time. */
function openingFor({ campaign, schedule }: Plan, at: Date): Date {
  if (!campaign.recipientTimeZone) return at;
  return openingSchedule({ ...schedule, anchorLocal: toWallTime(at, schedule.timeZone), until: null }).anchorAt;
}

function runAt({ timeZone, late, winner }: Campaign, opening: Date, byZones: boolean, now: Date): ZonedRun {
  const openedAt = Math.max(opening.getTime(), now.getTime());
  const lastZone = byZones ? opening.getTime() + ZONES_SPREAD_MS : openedAt;
  const test = (winner?.after_minutes ?? 0) * 60_000;
  return {
    scheduled_for: opening,
    zones_from: byZones ? opening : null,
    time_zone: timeZone,
    late,
    opened_at: new Date(openedAt),
    expires_at: new Date(Math.max(openedAt, lastZone) + test + RUN_DEADLINE_HOURS * 3_600_000),
  };
}
