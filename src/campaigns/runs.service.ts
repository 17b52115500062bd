import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { Events } from '../platform/events.js';
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
  openedRuns,
  openRunIds,
  reopenRun,
  shiftTotals,
  stoppedAmong,
} from './runs.queries.js';
import type { CountShift, FrozenSlice, RunTotals, UnfrozenRun } from './domain/run-totals.js';

/** Statuses in which a run may send to some of its recipients again. */
const RETRYABLE: RunStatus[] = ['processing', 'paused', 'completed'];

/** Runs once they are open: how the audience is frozen slice by slice, and how they are held, corrected and ended. */
@Injectable()
export class RunsService {
  constructor(
    private readonly em: EntityManager,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Locks a run whose audience is not frozen yet, skipping those another process is freezing. */
  lockUnfrozen(): Promise<UnfrozenRun | undefined> {
    return lockUnfrozen(this.em.getKysely());
  }

  /** Runs that the caller's transaction opened, to freeze the first slice of each. */
  opened(runIds: number[]): Promise<UnfrozenRun[]> {
    return openedRuns(this.em.getKysely(), runIds);
  }

  /** Notes frozen slices: ids up to `through` are in batches now; `frozen` when it was the last. */
  advanceFreeze(slices: FrozenSlice[]): Promise<void> {
    return advanceFreeze(this.em.getKysely(), slices);
  }

  /** Ids of runs that are processing, paused or cancelling. */
  openRunIds(): Promise<number[]> {
    return openRunIds(this.em.getKysely());
  }

  /** Those of the runs that may not send now: paused, cancelled, at their end, or overdue. */
  stoppedAmong(runIds: number[]): Promise<number[]> {
    return stoppedAmong(this.em.getKysely(), this.clock.sql(), runIds);
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
}
