import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { Events } from '../platform/events.js';
import { Campaign } from './campaign.entity.js';
import { scheduleOf } from './campaign-plan.js';
import {
  accountedThrough,
  advanceCampaign,
  hasOpenRun,
  insertIdleRun,
  insertRun,
  lockNextDue,
  nextDueAt,
  recordOpenFailure,
} from './campaigns.queries.js';
import { type Missed, missedAfter, planOpening } from './domain/misfire.js';
import type { Schedule } from './domain/schedule.js';
import { Run } from './run.entity.js';
import { advanceFreeze, finishRun, holdRun, lockRun, lockUnfrozen, openRunIds, settleDoubt } from './runs.queries.js';
import type { RunTotals, UnfrozenRun } from './domain/run-totals.js';

/** What opening the next due campaign did. `runId` is null when its occurrence was skipped or missed. */
export interface Opened {
  campaignId: number;
  runId: number | null;
}

/** Runs: how an occurrence opens, how its audience is frozen slice by slice, and how it ends. */
@Injectable()
export class RunsService {
  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    private readonly events: Events,
    private readonly clock: Clock,
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
    const schedule = scheduleOf(campaign);
    const recurring = campaign.type === 'recurring';
    const plan = planOpening({
      schedule,
      dueAt: campaign.nextRunAt!,
      now: due.now,
      policy: campaign.misfire,
      recurring,
    });
    const busy = await hasOpenRun(db, due.id);
    // Another process opened a run between the look that found this campaign and its lock: the next look will not.
    if (busy && campaign.overlap === 'queue') return { campaignId: due.id, runId: null };
    if (plan.missed) await this.recordMissed(due.id, schedule, plan.missed);
    const runId = plan.open && !(busy && campaign.overlap === 'skip') ? await this.open(campaign, plan.open) : null;
    if (plan.open && busy && campaign.overlap === 'skip')
      await insertIdleRun(db, due.id, 'skipped', 'overlap', once(plan.open), this.clock.sql());
    const next = isSpent(campaign, runId) ? null : plan.next;
    const status = runId !== null || busy ? 'processing' : next ? 'pending' : 'completed';
    await advanceCampaign(db, due.id, { status, next, openedAt: runId === null ? null : due.now });
    return { campaignId: due.id, runId };
  }

  /** Opens an extra run of a recurring campaign at `now`; its schedule goes on as it was. */
  async openBesideSchedule(em: EntityManager, campaign: Campaign, now: Date): Promise<void> {
    const runId = await this.open(campaign, now);
    if (runId === null) return;
    const next = isSpent(campaign, runId) ? null : (campaign.nextRunAt ?? null);
    await advanceCampaign(em.getKysely(), campaign.id, { status: 'processing', next, openedAt: now });
    campaign.runsStarted += 1;
    campaign.lastRunAt = now;
    campaign.nextRunAt = next;
  }

  /** Remembers that a campaign would not open, in a transaction of its own, so that it does not block those behind it. */
  async recordOpenFailure(campaignId: number, error: unknown): Promise<void> {
    const reason = `could not be opened: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
    await recordOpenFailure(this.em.getKysely(), campaignId, reason);
  }

  /** Locks a run whose audience is not frozen yet (that one, or any), skipping those another process is freezing. */
  lockUnfrozen(runId: number | null): Promise<UnfrozenRun | undefined> {
    return lockUnfrozen(this.em.getKysely(), runId);
  }

  /** Notes a frozen slice: ids up to `through` are in batches now; `frozen` when it was the last. */
  advanceFreeze(runId: number, slice: { through: number; frozen: boolean; provider: string }): Promise<void> {
    return advanceFreeze(this.em.getKysely(), runId, slice);
  }

  /** Ids of runs that are processing, paused or cancelling. */
  openRunIds(): Promise<number[]> {
    return openRunIds(this.em.getKysely());
  }

  /** The run, or RUN_NOT_FOUND. */
  async get(runId: number): Promise<Run> {
    const run = await this.em.fork().findOne(Run, { id: runId });
    if (!run) throw notFound('run', runId);
    return run;
  }

  /**
   * Ends a run of which nothing is pending, with its totals, and moves its campaign on. `count` is asked under the lock.
   * Answers false where the run is not at its end.
   */
  async finish(runId: number, count: () => Promise<RunTotals>): Promise<boolean> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      const run = await lockRun(db, runId);
      if (!run || run.finished || !run.frozen) return false;
      const totals = await count();
      if (totals.pending > 0) return false;
      await finishRun(db, runId, totals, this.clock.sql());
      await this.events.publish('run.completed', { runId, campaignId: run.campaign_id });
      return true;
    });
  }

  /** Pauses a run and its campaign because its provider refuses our account; nobody is failed for that. */
  async hold(runId: number, reason: string): Promise<void> {
    await holdRun(this.em.getKysely(), runId, reason);
  }

  /**
   * Lets late evidence turn some of a run's `in_doubt` into `sent`: `settle` does so and answers how many; a finished
   * run's totals follow. The run is locked first, so that whoever ends it counts either before all of this or after.
   */
  async settleDoubt(runId: number, settle: () => Promise<number>): Promise<number> {
    return this.em.transactional(async (em) => {
      await lockRun(em.getKysely(), runId);
      const count = await settle();
      if (count > 0) await settleDoubt(em.getKysely(), runId, count);
      return count;
    });
  }

  /**
   * Records occurrences that were not carried out. A due time that was set back, as by a restored backup, may begin with
   * one that has its run: what no run accounts for is recorded all the same.
   */
  private async recordMissed(campaignId: number, schedule: Schedule, missed: Missed): Promise<void> {
    const db = this.em.getKysely();
    if (await insertIdleRun(db, campaignId, 'missed', 'misfire', missed, this.clock.sql())) return;
    const through = await accountedThrough(db, campaignId, missed.to);
    const rest = through && missedAfter(schedule, through, missed);
    if (rest) await insertIdleRun(db, campaignId, 'missed', 'misfire', rest, this.clock.sql());
  }

  private async open(campaign: Campaign, scheduledFor: Date): Promise<number | null> {
    const through = await this.audience.lastMember(campaign.targetSegment ?? null);
    const runId = await insertRun(this.em.getKysely(), campaign.id, scheduledFor, this.clock.sql(), through);
    if (runId !== null) await this.events.publish('run.opened', { runId, campaignId: campaign.id, scheduledFor });
    return runId;
  }
}

/** Whether the run just opened, if any, was the last that `max_runs` allows. */
const isSpent = ({ maxRuns, runsStarted }: Campaign, runId: number | null): boolean =>
  maxRuns != null && runsStarted + (runId === null ? 0 : 1) >= maxRuns;

const once = (at: Date): Missed => ({ from: at, to: at, count: 1 });
