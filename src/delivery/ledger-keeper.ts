import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { RunRetentionService } from '../campaigns/run-retention.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import type { Db } from '../platform/database.js';
import { Events } from '../platform/events.js';
import { missingRanges, roomEnd, type RunRange } from './domain/ledger-ranges.js';
import {
  addPartition,
  deleteBatches,
  dropPartition,
  lastRun,
  LEDGER_TABLES,
  lockPartitions,
  partitionsOf,
} from './ledger-partition.queries.js';
import { deleteMinutes, mergeHours } from './outcome-counts.queries.js';

/** How far partitions are ahead of the latest run: more than a minute of the busiest schedules. */
const RUNS_AHEAD = 30_000;

/** The state of a statement that would have waited too long for a lock. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Makes room in the ledger for the runs to come, and drops what is older than it is to be kept. */
@Injectable()
export class LedgerKeeper {
  private readonly logger = new Logger('Ledger');
  /** Runs below this have their partitions. */
  private roomBefore = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly retention: RunRetentionService,
    private readonly events: Events,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Makes partitions long before they are needed; where the ledger is too busy to wait for, the next beat comes back. */
  async keepAhead(): Promise<void> {
    const last = await lastRun(this.em.getKysely());
    await this.unlessBusy(() => this.makeRoom(last, last + RUNS_AHEAD));
  }

  /** Keeps what counts the ledger small. */
  async mergeCounts(): Promise<void> {
    await mergeHours(this.em.getKysely(), this.clock.sql());
  }

  /** Makes sure that a run's ledger has a place: it does nearly always, unless no process keeps ahead. */
  async makeRoomFor(runId: number): Promise<void> {
    if (runId >= this.roomBefore) await this.makeRoom(runId, runId);
  }

  /** Drops the oldest partition of which every run ended long enough ago, if any; a crash on the way loses no step. */
  async dropExpired(): Promise<void> {
    if (this.config.RETENTION_DAYS === 0) return;
    const keepDays = this.config.RETENTION_DAYS;
    for (const { from, before } of await partitionsOf(this.em.getKysely(), 'delivery')) {
      const runs = { from, before };
      if (!(await this.retention.isPast(runs, keepDays))) return;
      // One that is paused since keeps its neighbours, but not what came later.
      if (!(await this.retention.closeLedgers(runs, keepDays))) continue;
      await this.forget(runs);
      return;
    }
  }

  /** The partitions go last: as long as they are there, the next beat does what is left. */
  private async forget(runs: RunRange): Promise<void> {
    await this.events.publish('ledger.closed', { fromRun: runs.from, beforeRun: runs.before });
    while ((await deleteBatches(this.em.getKysely(), runs)) > 0);
    while ((await deleteMinutes(this.em.getKysely(), runs)) > 0);
    const dropped = await this.unlessBusy(() =>
      this.em.transactional(async (em) => {
        await lockPartitions(em.getKysely());
        for (const table of LEDGER_TABLES)
          for (const partition of await partitionsOf(em.getKysely(), table))
            if (partition.from >= runs.from && partition.before <= runs.before)
              await dropPartition(em.getKysely(), table, partition);
      }),
    );
    if (dropped) this.logger.log({ message: 'ledger dropped', ...runs });
  }

  /** In a transaction of its own, so that nobody waits for the partitions as long as the caller's takes. */
  private async makeRoom(from: number, through: number): Promise<void> {
    this.roomBefore = await this.em.fork().transactional(async (em) => {
      const db = em.getKysely();
      const end = await roomIn(db, from);
      if (end > through) return end;
      await lockPartitions(db);
      for (const table of LEDGER_TABLES)
        for (const range of missingRanges(await partitionsOf(db, table), from, through))
          await addPartition(db, table, range);
      return roomIn(db, from);
    });
  }

  /** Whether the work was done, rather than put off because it would have had to wait. */
  private async unlessBusy(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      this.logger.warn('the ledger is too busy to change its partitions; that is tried again in a minute');
      return false;
    }
  }
}

/** The first run at or above `from` that has no place in one of the tables. */
async function roomIn(db: Db, from: number): Promise<number> {
  const ends: number[] = [];
  for (const table of LEDGER_TABLES) ends.push(roomEnd(await partitionsOf(db, table), from));
  return Math.min(...ends);
}
