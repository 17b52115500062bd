import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { ledgerDropped } from './campaigns.errors.js';
import {
  allClosed,
  anyUnsettled,
  closeSome,
  followedBefore,
  ledgerDroppedAt,
  type RunIds,
} from './run-retention.queries.js';

/** Which runs are over for so long that their ledger may go; the runs themselves stay with their totals. */
@Injectable()
export class RunRetentionService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Whether the runs that came after these opened more than so many days ago. */
  isPast(runs: RunIds, days: number): Promise<boolean> {
    return followedBefore(this.em.getKysely(), runs, this.clock.daysAgo(days));
  }

  /**
   * Closes the ledgers of these runs for good, if each of them ended more than so many days ago and has been reconciled;
   * nothing of them can be corrected from then on. Answers whether all are closed.
   */
  async closeLedgers(runs: RunIds, days: number): Promise<boolean> {
    const db = this.em.getKysely();
    if (await anyUnsettled(db, runs, this.clock.daysAgo(days))) return false;
    while ((await closeSome(db, runs, this.clock.daysAgo(days), this.clock.sql())) > 0);
    return allClosed(db, runs);
  }

  /** Throws RUN_NOT_FOUND, or LEDGER_DROPPED where it is not known any more what became of the run's recipients. */
  async requireLedger(runId: number): Promise<void> {
    const droppedAt = await ledgerDroppedAt(this.em.getKysely(), runId);
    if (droppedAt === undefined) throw notFound('run', runId);
    if (droppedAt) throw ledgerDropped(runId, droppedAt);
  }
}
