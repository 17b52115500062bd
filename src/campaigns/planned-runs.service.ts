import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Campaign } from './campaign.entity.js';
import { openingsOf, runsLeft, scheduledFor } from './campaign-schedule.js';
import { nextOccurrence } from './domain/recurrence.js';
import { dueBefore } from './planned-runs.queries.js';

/** A run that is to open. */
export interface PlannedRun {
  campaign: Pick<Campaign, 'id' | 'name' | 'channel'>;
  opensAt: Date;
  /** The occurrence in the campaign's zone, where recipients' own clocks let it open earlier. */
  scheduledFor: Date;
}

/** How many runs to look ahead at most: in all, and of each campaign. */
export interface PlanLimits {
  most: number;
  ofEach: number;
}

/** The calendar of all campaigns: which runs open next. */
@Injectable()
export class PlannedRunsService {
  constructor(private readonly em: EntityManager) {}

  /**
   * The next runs to open before a moment, earliest first. Of campaigns that are due more often than `ofEach` the first are
   * shown. It costs an index range and as many steps of a schedule as it answers runs, however many campaigns there are.
   */
  async before(end: Date, { most, ofEach }: PlanLimits): Promise<PlannedRun[]> {
    const waiting = await dueBefore(this.em.getKysely(), end, most);
    const next = waiting.map((campaign) => ({ campaign, at: campaign.nextRunAt!, shown: 0 }));
    const planned: PlannedRun[] = [];
    while (next.length > 0 && planned.length < most) {
      const soonest = next.reduce((first, other) => (other.at < first.at ? other : first));
      const { campaign, at } = soonest;
      planned.push({ campaign, opensAt: at, scheduledFor: scheduledFor(campaign, at) });
      soonest.shown += 1;
      const following = soonest.shown < Math.min(ofEach, runsLeft(campaign)) ? followingOf(campaign, at) : null;
      if (following && following < end) soonest.at = following;
      else next.splice(next.indexOf(soonest), 1);
    }
    return planned;
  }
}

function followingOf(campaign: Campaign, at: Date): Date | null {
  return nextOccurrence(openingsOf(campaign).schedule, at)?.at ?? null;
}
