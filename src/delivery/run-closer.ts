import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { RunsService } from '../campaigns/runs.service.js';
import { countRun, hasUnfinishedBatch } from './run-ledger.queries.js';

/** Ends runs of which nothing is pending: a query decides that, never an empty queue (R15). */
@Injectable()
export class RunCloser {
  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
  ) {}

  /** Ends the run when every batch is done; answers whether it did. The cheap question is asked first. */
  async close(runId: number): Promise<boolean> {
    const db = this.em.getKysely();
    if (await hasUnfinishedBatch(db, runId)) return false;
    return this.runs.finish(runId, () => countRun(this.em.getKysely(), runId));
  }

  /** Ends every open run that is at its end. */
  async closeAll(): Promise<void> {
    for (const runId of await this.runs.openRunIds()) await this.close(runId);
  }
}
