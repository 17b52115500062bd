import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { Run } from './run.entity.js';
import { closeDecision, runsToDecide } from './run-decisions.queries.js';
import { lockRun } from './runs.queries.js';

/** Runs whose variants are compared: when a winner is due, and that there is one decision. */
@Injectable()
export class RunDecisionsService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Runs of which the engine is to decide the winner now. */
  due(): Promise<number[]> {
    return runsToDecide(this.em.getKysely(), this.clock.sql());
  }

  /** Whether the engine is to decide the winner of a run, as it is under its lock. */
  isDue({ decidesAt, status, expiresAt }: Run, now: Date): boolean {
    return decidesAt != null && decidesAt <= now && isOpen(status) && expiresAt > now;
  }

  /** Whether people may decide it. */
  isOpen({ status, expiresAt }: Run, now: Date): boolean {
    return isOpen(status) && expiresAt > now;
  }

  /**
   * Decides under the lock of the run, in one transaction: who comes second finds what the first decided. `make` keeps the
   * decision and answers it; null where there is nothing to decide. Throws RUN_NOT_FOUND.
   */
  async decide<Made extends { variant: number | null }>(
    runId: number,
    make: (run: Run) => Promise<Made | null>,
  ): Promise<Made | null> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      if (!(await lockRun(db, runId))) throw notFound('run', runId);
      const made = await make(await em.findOneOrFail(Run, { id: runId }));
      if (made) await closeDecision(db, runId, made.variant !== null, this.clock.sql());
      return made;
    });
  }
}

const isOpen = (status: Run['status']): boolean => status === 'processing' || status === 'paused';
