import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Events } from '../platform/events.js';
import { readFence, recordBatch, type BatchCursor, type BatchRecord, type Window } from './batch.queries.js';
import { releaseBatch, retractIntent } from './lease.queries.js';
import type { BatchWork } from './batch-work.js';
import { settleByEvidence } from './evidence.queries.js';
import { type Settlement, tally } from './domain/settlement.js';

/** What became of a record: the next window, or that another process holds the batch now. */
export interface Recorded {
  window: Window | undefined;
  replaced: boolean;
}

/** Writes what happened to a leased batch, behind its fence. */
@Injectable()
export class BatchLedger {
  private readonly logger = new Logger('Ledger');
  /** Records refused by the fence since the start: work that another process had taken over. */
  fencedWrites = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    private readonly runs: RunsService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Records settlements of the present window; `advance` asks for the next, `last` says that there is none. The batch's
   * last record and the fact about the whole batch are one transaction.
   */
  async record(
    work: BatchWork,
    outcomes: Omit<BatchRecord, 'advance'>,
    { advance, last }: { advance: boolean; last: boolean },
  ): Promise<Recorded> {
    const { settlements } = outcomes;
    const record: BatchRecord = { ...outcomes, advance: advance ? this.config.WINDOW_SIZE : 0 };
    const counts = this.countsWith(work, settlements);
    const window = last
      ? await this.em.transactional(async () => {
          const written = await this.write(work.cursor, record);
          if (written) await this.publish(work, counts);
          return written;
        })
      : await this.write(work.cursor, record);
    // The connection may have broken after our commit: then the row shows our epoch and one flush more than we knew of.
    const mine = window ?? (await readFence(this.em.getKysely(), work.cursor, this.audience.recipients));
    if (!mine) return { window: undefined, replaced: await this.replaced(work.cursor, settlements) };
    Object.assign(work.counts, counts);
    work.cursor.flush += 1;
    work.cursor.intentUpto = mine.intentUpto;
    return { window: mine, replaced: false };
  }

  /** Gives a batch back whose run was paused, cancelled, or whose process is going. */
  async release(cursor: BatchCursor): Promise<void> {
    await releaseBatch(this.em.getKysely(), cursor);
  }

  /** Gives a batch back with its intent taken back to `intentUpto`: nothing of its present window has left. */
  async retract(cursor: Omit<BatchCursor, 'intentUpto'>, intentUpto: number): Promise<void> {
    await retractIntent(this.em.getKysely(), { ...cursor, intentUpto });
  }

  /** Pauses the batch's run: our account is refused, and no recipient is failed for that. */
  async hold(cursor: BatchCursor, reason: string): Promise<void> {
    await this.runs.hold(cursor.runId, reason);
    this.logger.error({ message: 'run paused', run: cursor.runId, reason });
  }

  private write(cursor: BatchCursor, record: BatchRecord): Promise<Window | undefined> {
    return recordBatch(this.em.getKysely(), this.clock.sql(), cursor, record, this.audience.recipients);
  }

  private countsWith(work: BatchWork, settlements: Settlement[]): BatchWork['counts'] {
    const added = tally(settlements);
    return {
      sent: work.counts.sent + added.sent,
      failed: work.counts.failed + added.failed,
      skipped: work.counts.skipped + added.skipped,
      in_doubt: work.counts.in_doubt + added.in_doubt,
      deferred: work.counts.deferred + added.deferred,
    };
  }

  /** Tells the modules on the right what a batch came to since it was claimed. */
  async publish(work: BatchWork, counts: BatchWork['counts'] = work.counts): Promise<void> {
    const { sent, failed, skipped, in_doubt: inDoubt } = counts;
    await this.events.publish('batch.recorded', {
      runId: work.batch.runId,
      lane: work.lane,
      sent,
      failed,
      skipped,
      inDoubt,
    });
  }

  /** Another process holds the batch: keep the positive evidence, drop the rest (R3). */
  private async replaced(cursor: BatchCursor, settlements: Settlement[]): Promise<true> {
    this.fencedWrites += 1;
    const sent = settlements.filter((settlement) => settlement.kind === 'sent');
    const { sent: settled } = await this.runs.correct(cursor.runId, () =>
      settleByEvidence(this.em.getKysely(), cursor.runId, 'accepted', sent),
    );
    this.logger.warn({ message: 'lease lost', run: cursor.runId, batch: cursor.seq, sent: sent.length, settled });
    return true;
  }
}
