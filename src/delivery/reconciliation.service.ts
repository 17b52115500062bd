import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { RunsService } from '../campaigns/runs.service.js';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import type { ReconciliationResponse } from './delivery.dto.js';
import { reconcile } from './domain/reconciliation.js';
import { allowLongStatements, countSides } from './reconciliation.queries.js';

/** Recomputes what the counters say from the ledger: for whoever asks, and every night for the runs that ended. */
@Injectable()
export class ReconciliationService {
  private readonly logger = new Logger('Reconciliation');

  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
    private readonly clock: Clock,
  ) {}

  /** Counts a run from its row, its batches and its ledger, and names every difference. Throws RUN_NOT_FOUND. */
  async of(runId: number): Promise<ReconciliationResponse> {
    const sides = await countSides(this.em.getKysely(), runId);
    if (!sides) throw notFound('run', runId);
    return reconcile(runId, sides);
  }

  /**
   * Reconciles up to `atMost` runs that ended before the last midnight (UTC), each once unless it is corrected later; one
   * transaction each, and no process takes a run that another one has. Answers how many.
   */
  async reconcileEnded(atMost: number): Promise<number> {
    for (let done = 0; ; done += 1) if (done === atMost || !(await this.reconcileNext())) return done;
  }

  private reconcileNext(): Promise<boolean> {
    return this.em.transactional(async (em) => {
      const midnight = sql<Date>`date_trunc('day', ${this.clock.sql()}, 'UTC')`;
      const runId = await this.runs.lockUnreconciled(midnight);
      if (runId === undefined) return false;
      await allowLongStatements(em.getKysely());
      const { balanced, differences } = await this.of(runId);
      await this.runs.markReconciled(runId, balanced ? null : differences);
      if (!balanced) this.logger.error({ message: 'run differs from its ledger', run_id: runId, differences });
      return true;
    });
  }
}
