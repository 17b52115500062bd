import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Events } from '../platform/events.js';
import { Campaign } from './campaign.entity.js';
import { CampaignAudienceService } from './campaign-audience.service.js';
import { openingsOf, opensByZones, scheduledFor, scheduleOf } from './campaign-schedule.js';
import {
  accountedThrough,
  advanceCampaign,
  insertIdleRun,
  insertRun,
  lastRunEnd,
  lockNextDue,
  nextDueAt,
  openRunsOf,
  recordOpenFailure,
  type RunTime,
} from './campaigns.queries.js';
import { sendingErrors } from './message-checks.js';
import { type Missed, missedAfter, planOpening } from './domain/misfire.js';

/** What opening the next due campaign did. `runId` is null when its occurrence was skipped or missed. */
export interface Opened {
  campaignId: number;
  runId: number | null;
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
   * Takes the campaign that has been due longest from "it is time" to an open run and its next occurrence, inside the
   * caller's transaction; undefined when nothing is due. `only` looks at
   * that campaign and no other. `chosen` learns the campaign before anything can fail.
   */
  async openNextDue(
    except: number[],
    chosen: (campaignId: number) => void,
    only: number | null = null,
  ): Promise<Opened | undefined> {
    const em = this.em;
    const db = em.getKysely();
    const due = await lockNextDue(db, this.clock.sql(), except, only);
    if (!due) return undefined;
    chosen(due.id);
    const campaign = await em.findOneOrFail(Campaign, { id: due.id });
    const { open, going } = await openRunsOf(db, due.id, this.clock.sql());
    // Another process opened a run between the look that found this campaign and its lock: the next look will not.
    if (going && campaign.overlap === 'queue') return { campaignId: due.id, runId: null };
    const plan = planOpening({
      ...openingsOf(campaign),
      dueAt: campaign.nextRunAt!,
      now: due.now,
      policy: campaign.misfire,
      recurring: campaign.type === 'recurring',
      heldUntil: campaign.overlap === 'queue' ? await lastRunEnd(db, due.id) : null,
    });
    if (plan.missed) await this.leaveOut(campaign, 'missed', 'misfire', plan.missed);
    if (plan.overlapped) await this.leaveOut(campaign, 'skipped', 'overlap', plan.overlapped);
    const overlaps = going && campaign.overlap === 'skip';
    if (plan.open && overlaps) await this.leaveOut(campaign, 'skipped', 'overlap', once(plan.open));
    const runId = plan.open && !overlaps ? await this.open(campaign, runTime(campaign, plan.open)) : null;
    const next = isSpent(campaign, runId) ? null : plan.next;
    const status = runId !== null || open ? 'processing' : next ? 'pending' : 'completed';
    await advanceCampaign(db, due.id, { status, next, openedAt: runId === null ? null : due.now });
    return { campaignId: due.id, runId };
  }

  /** Opens an extra run of a recurring campaign at `now`; its schedule goes on as it was. */
  async openBesideSchedule(em: EntityManager, campaign: Campaign, now: Date): Promise<void> {
    const runId = await this.open(campaign, { scheduledFor: now, zonesFrom: null });
    if (runId === null) return;
    const next = isSpent(campaign, runId) ? null : (campaign.nextRunAt ?? null);
    await advanceCampaign(em.getKysely(), campaign.id, { status: 'processing', next, openedAt: now });
    campaign.runsStarted += 1;
    campaign.lastRunAt = now;
    campaign.nextRunAt = next;
  }

  /**
   * Remembers that a campaign would not open, in a transaction of its own, so that it does not block those behind it. Once
   * it is given up its occurrence is recorded as missed.
   */
  async recordOpenFailure(campaignId: number, error: unknown): Promise<void> {
    const reason = `could not be opened: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
    const givenUp = await recordOpenFailure(this.em.getKysely(), campaignId, reason);
    if (!givenUp) return;
    const campaign = await this.em.fork().findOneOrFail(Campaign, { id: campaignId });
    // What keeps runs from opening may keep this row out too; then the campaign's own reason is what there is.
    await this.leaveOut(campaign, 'missed', 'open_failed', once(givenUp)).catch(() => undefined);
  }

  /** A setting may have gone since the campaign was accepted: then this throws, and says which. */
  private async open(campaign: Campaign, time: RunTime): Promise<number | null> {
    const lacking = sendingErrors(campaign, this.config);
    if (lacking.length > 0) throw new Error(lacking.map(({ message }) => message).join('; '));
    const audience = await this.audiences.atOpening(campaign);
    const runId = await insertRun(this.em.getKysely(), campaign.id, time, this.clock.sql(), audience);
    const { scheduledFor } = time;
    if (runId !== null) await this.events.publish('run.opened', { runId, campaignId: campaign.id, scheduledFor });
    return runId;
  }

  /**
   * Records occurrences that are not carried out, by their time in the campaign's zone. A due time that was set back, as
   * by a restored backup, may begin with one that has its run: what no run accounts for is recorded all the same.
   */
  private async leaveOut(
    campaign: Campaign,
    status: 'missed' | 'skipped',
    reason: string,
    left: Missed,
  ): Promise<void> {
    const db = this.em.getKysely();
    const [from, to] = [scheduledFor(campaign, left.from), scheduledFor(campaign, left.to)];
    const range = { from, to, count: left.count };
    if (await insertIdleRun(db, campaign.id, status, reason, range, this.clock.sql())) return;
    const through = await accountedThrough(db, campaign.id, to);
    const rest = through && missedAfter(scheduleOf(campaign), through, range);
    if (rest) await insertIdleRun(db, campaign.id, status, reason, rest, this.clock.sql());
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
