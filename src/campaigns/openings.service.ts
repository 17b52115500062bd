import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Events } from '../platform/events.js';
import { Campaign } from './campaign.entity.js';
import { CampaignAudienceService } from './campaign-audience.service.js';
import { inZone, openingsOf, opensByZones, outstandingOf, scheduledFor, scheduleOf } from './campaign-schedule.js';
import {
  advanceCampaigns,
  type DueCampaigns,
  insertRuns,
  lastRunEnd,
  lockDue,
  nextDueAt,
  openRunsOf,
  recordOpenFailure,
  type RunTime,
} from './campaigns.queries.js';
import { type Missed, planOpening } from './domain/misfire.js';
import { leaveOut, missedOf } from './idle-runs.js';
import type { IdleStatus } from './idle-runs.queries.js';
import { everySendingError } from './variant-checks.js';

/** What opening a due campaign did. `runId` is null when its occurrence was skipped or missed. */
export interface Opened {
  campaignId: number;
  runId: number | null;
}

/** What is to become of a due campaign: the time of its run, null for none, and when it is due next. */
interface Planned {
  campaign: Campaign;
  time: RunTime | null;
  next: Date | null;
}

/** How an occurrence becomes a run, or a row that says why it did not. */
@Injectable()
export class OpeningsService {
  constructor(
    private readonly em: EntityManager,
    private readonly audiences: CampaignAudienceService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** The earliest moment a campaign but these is due (perhaps past; null for none) and the database's time. */
  nextDueAt(except: number[]): Promise<{ due: Date | null; now: Date }> {
    return nextDueAt(this.em.getKysely(), this.clock.sql(), except);
  }

  /**
   * Takes campaigns from "it is time" to an open run and their next occurrence, those first that have been due longest, all
   * in the caller's transaction. `chosen` learns which they are before anything can fail.
   */
  async openDue(wanted: DueCampaigns, chosen: (campaignIds: number[]) => void): Promise<Opened[]> {
    const em = this.em;
    const db = em.getKysely();
    const due = await lockDue(db, this.clock.sql(), wanted);
    if (due.length === 0) return [];
    const { now } = due[0]!;
    const ids = due.map(({ id }) => id);
    chosen(ids);
    const found = await em.find(Campaign, { id: { $in: ids } }, { disableIdentityMap: true });
    const campaigns = found.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
    const openRuns = await openRunsOf(db, ids, this.clock.sql());
    const plans: Planned[] = [];
    for (const campaign of campaigns) {
      const going = openRuns.get(campaign.id)?.going ?? false;
      // Another process opened a run between the look that found this campaign and its lock: the next look will not.
      if (going && campaign.overlap === 'queue') continue;
      plans.push({ campaign, ...(await this.plan(campaign, going, now)) });
    }
    const runs = await this.open(plans.flatMap(({ campaign, time }) => (time ? [{ campaign, time }] : [])));
    const steps = plans.map(({ campaign, next }) => {
      const runId = runs.get(campaign.id) ?? null;
      const then = isSpent(campaign, runId) ? null : next;
      const status = runId !== null || openRuns.has(campaign.id) ? 'processing' : then ? 'pending' : 'completed';
      return { id: campaign.id, status, next: then, openedAt: runId === null ? null : now } as const;
    });
    await advanceCampaigns(db, steps);
    return ids.map((campaignId) => ({ campaignId, runId: runs.get(campaignId) ?? null }));
  }

  /** Decides what becomes of a due campaign, and records what will not be carried out. */
  private async plan(campaign: Campaign, going: boolean, now: Date): Promise<Omit<Planned, 'campaign'>> {
    const queued = campaign.overlap === 'queue';
    const plan = planOpening({
      ...openingsOf(campaign),
      dueAt: campaign.nextRunAt!,
      now,
      policy: campaign.misfire,
      recurring: campaign.type === 'recurring',
      heldUntil: queued ? await lastRunEnd(this.em.getKysely(), campaign.id) : null,
    });
    if (plan.missed) await this.leaveOut(campaign, 'missed', 'misfire', plan.missed);
    if (plan.overlapped) await this.leaveOut(campaign, 'skipped', 'overlap', plan.overlapped);
    const overlaps = going && campaign.overlap === 'skip';
    if (plan.open && overlaps) await this.leaveOut(campaign, 'skipped', 'overlap', once(plan.open));
    return { time: plan.open && !overlaps ? runTime(campaign, plan.open) : null, next: plan.next };
  }

  /** Opens an extra run of a recurring campaign at `now`; its schedule goes on as it was. */
  async openBesideSchedule(em: EntityManager, campaign: Campaign, now: Date): Promise<void> {
    const runs = await this.open([{ campaign, time: { scheduledFor: now, zonesFrom: null } }]);
    const runId = runs.get(campaign.id);
    if (runId === undefined) return;
    const next = isSpent(campaign, runId) ? null : (campaign.nextRunAt ?? null);
    await advanceCampaigns(em.getKysely(), [{ id: campaign.id, status: 'processing', next, openedAt: now }]);
    campaign.runsStarted += 1;
    campaign.lastRunAt = now;
    campaign.nextRunAt = next;
  }

  /**
   * Remembers that a campaign would not open, in a transaction of its own, so that it does not block those behind it. Once
   * it is given up its occurrences up to now are recorded as missed.
   */
  async recordOpenFailure(campaignId: number, error: unknown): Promise<void> {
    const reason = `could not be opened: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
    const givenUp = await recordOpenFailure(this.em.getKysely(), campaignId, reason);
    if (!givenUp) return;
    const campaign = await this.em.fork().findOneOrFail(Campaign, { id: campaignId });
    // What keeps runs from opening may keep this row out too; then the campaign's own reason is what there is.
    campaign.nextRunAt = givenUp;
    // This process's clock may be behind the database's, by which it was due.
    const now = new Date(Math.max(this.clock.now().getTime(), givenUp.getTime()));
    const missed = missedOf(campaign, 'open_failed', outstandingOf(campaign, now));
    await leaveOut(this.em.getKysely(), missed, this.clock.sql()).catch(() => undefined);
  }

  /**
   * Opens runs of different campaigns; answers them by their campaigns. A setting may have gone since a campaign was
   * accepted: then this throws, and says which.
   */
  private async open(openings: { campaign: Campaign; time: RunTime }[]): Promise<Map<number, number>> {
    if (openings.length === 0) return new Map();
    const lacking = openings.flatMap(({ campaign }) => everySendingError(campaign, this.config));
    if (lacking.length > 0) throw new Error(lacking.map(({ message }) => message).join('; '));
    const audiences = await this.audiences.atOpening(openings.map(({ campaign }) => campaign));
    const wanted = openings.map(({ campaign: { id }, time }) => ({
      campaignId: id,
      time,
      audience: audiences.get(id)!,
    }));
    const runs = await insertRuns(this.em.getKysely(), wanted, this.clock.sql());
    for (const { campaignId, time } of wanted) {
      const runId = runs.get(campaignId);
      if (runId !== undefined)
        await this.events.publish('run.opened', { runId, campaignId, scheduledFor: time.scheduledFor });
    }
    return runs;
  }

  /** Records occurrences that are not carried out. */
  private leaveOut(campaign: Campaign, status: IdleStatus, reason: string, left: Missed): Promise<void> {
    const omission = { campaignId: campaign.id, schedule: scheduleOf(campaign), status, reason };
    return leaveOut(this.em.getKysely(), { ...omission, left: inZone(campaign, left) }, this.clock.sql());
  }
}

/** Whether the run just opened, if any, was the last that `max_runs` allows. */
const isSpent = ({ maxRuns, runsStarted }: Campaign, runId: number | null): boolean =>
  maxRuns != null && runsStarted + (runId === null ? 0 : 1) >= maxRuns;

/** When the run that opens at `opening` is due. */
const runTime = (campaign: Campaign, opening: Date): RunTime => ({
  scheduledFor: scheduledFor(campaign, opening),
  zonesFrom: opensByZones(campaign, opening) ? opening : null,
});

const once = (at: Date): Missed => ({ from: at, to: at, count: 1 });
