import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import { AudienceService } from '../audience/audience.service.js';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { Events } from '../platform/events.js';
import { Campaign } from './campaign.entity.js';
import { openingsOf, opensByZones, scheduledFor } from './campaign-schedule.js';
import {
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
import { type Missed, planOpening } from './domain/misfire.js';
import { cannotRetry } from './campaigns.errors.js';
import { type RunStatus, statusAfter } from './domain/campaign-status.js';
import { Run } from './run.entity.js';
import type { BrakeCounts } from './domain/brakes.js';
import {
  advanceFreeze,
  finishRun,
  holdRun,
  lockCorrectable,
  lockRun,
  lockUnfrozen,
  lockUnreconciled,
  markReconciled,
  openRunIds,
  reopenRun,
  shiftTotals,
} from './runs.queries.js';
import type { CountShift, FrozenSlice, RunTotals, UnfrozenRun } from './domain/run-totals.js';

/** Statuses in which a run may send to some of its recipients again. */
const RETRYABLE: RunStatus[] = ['processing', 'paused', 'completed'];

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

  /** Locks a run whose audience is not frozen yet (that one, or any), skipping those another process is freezing. */
  lockUnfrozen(runId: number | null): Promise<UnfrozenRun | undefined> {
    return lockUnfrozen(this.em.getKysely(), runId);
  }

  /** Notes a frozen slice: ids up to `through` are in batches now; `frozen` when it was the last. */
  advanceFreeze(runId: number, slice: FrozenSlice): Promise<void> {
    return advanceFreeze(this.em.getKysely(), runId, slice);
  }

  /** Ids of runs that are processing, paused or cancelling. */
  openRunIds(): Promise<number[]> {
    return openRunIds(this.em.getKysely());
  }

  /** Those of the runs that exist. */
  find(runIds: number[]): Promise<Run[]> {
    return this.em.fork().find(Run, { id: { $in: runIds } });
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

  /**
   * Pauses a run and its campaign because its provider refuses our account, or because too much goes wrong (`counts` is
   * what had been counted by then); nobody is failed for that. Answers false where it was not processing.
   */
  hold(runId: number, reason: string, counts: BrakeCounts | null = null): Promise<boolean> {
    return holdRun(this.em.getKysely(), runId, reason, counts);
  }

  /**
   * Lets a run send to some of its recipients again: `take` moves them to retry batches and answers how many it took,
   * under the lock of the run, so that two callers never take the same ones. A completed run is open again then, and with
   * it its campaign, so that people can pause and cancel what is going on. Throws RUN_NOT_FOUND, LEDGER_DROPPED or CANNOT_RETRY.
   */
  async reopen<Took extends { taken: number }>(runId: number, take: () => Promise<Took>): Promise<Took> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      const run = await lockCorrectable(db, runId);
      const campaign = run.deleted ? null : statusAfter('reopen_run', run.campaign_status);
      if (!campaign || !RETRYABLE.includes(run.status))
        throw cannotRetry(run.status, run.deleted ? 'deleted' : run.campaign_status);
      const took = await take();
      if (took.taken > 0) await reopenRun(db, runId, campaign, this.clock.sql());
      return took;
    });
  }

  /**
   * Lets outcomes of a run change after the fact: `change` rewrites them and answers by how much each count moved; a
   * finished run's totals follow. The run is locked first, so that whoever ends it counts either before all of this or
   * after. Throws RUN_NOT_FOUND or LEDGER_DROPPED.
   */
  async correct<Change extends CountShift>(runId: number, change: () => Promise<Change>): Promise<Change> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      await lockCorrectable(db, runId);
      const shift = await change();
      if (shift.sent !== 0 || shift.failed !== 0) await shiftTotals(db, runId, shift);
      return shift;
    });
  }

  /** Locks a finished run that ended before a moment and waits to be compared with its ledger; undefined for none. */
  lockUnreconciled(endedBefore: RawBuilder<Date>): Promise<number | undefined> {
    return lockUnreconciled(this.em.getKysely(), endedBefore);
  }

  /** Notes what comparing a locked run with its ledger found; null for no difference. */
  markReconciled(runId: number, difference: object[] | null): Promise<void> {
    return markReconciled(this.em.getKysely(), runId, difference, this.clock.sql());
  }

  private async open(campaign: Campaign, time: RunTime): Promise<number | null> {
    const through = await this.audience.lastMember(campaign.targetSegment ?? null);
    const runId = await insertRun(this.em.getKysely(), campaign.id, time, this.clock.sql(), through);
    const { scheduledFor } = time;
    if (runId !== null) await this.events.publish('run.opened', { runId, campaignId: campaign.id, scheduledFor });
    return runId;
  }

  /** Records occurrences that are not carried out, by their time in the campaign's zone. */
  private leaveOut(campaign: Campaign, status: 'missed' | 'skipped', reason: string, left: Missed): Promise<void> {
    const [from, to] = [scheduledFor(campaign, left.from), scheduledFor(campaign, left.to)];
    const range = { from, to, count: left.count };
    return insertIdleRun(this.em.getKysely(), campaign.id, status, reason, range, this.clock.sql());
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
