import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Clock } from '../platform/clock.js';
import { Events, type Facts } from '../platform/events.js';
import { releaseBatch } from './lease.queries.js';
import type { BatchWork } from './batch-work.js';
import { type RetryGroup, type Settlement, tally } from './domain/settlement.js';
import { type BatchCursor, type BatchRecord, readFence, type Window } from './record.queries.js';
import { OutcomeCounts } from './outcome-counts.js';
import { RecordQueue } from './record-queue.js';
import { settleByEvidence } from './evidence.queries.js';

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
  /** What became of recipients since the start, as far as it was recorded here. */
  readonly outcomes = new OutcomeCounts();

  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    private readonly runs: RunsService,
    private readonly events: Events,
    private readonly queue: RecordQueue,
    private readonly clock: Clock,
  ) {}

  /**
   * Records settlements of the present window; `advance` asks for a next one of that size, `last` says that there is none. The batch's
   * last record and the fact about the whole batch are one transaction.
   */
  async record(
    work: BatchWork,
    outcomes: { settlements: Settlement[]; retries: RetryGroup[] },
    { advance, last }: { advance: number; last: boolean },
  ): Promise<Recorded> {
    const { cursor, fields, channel, provider, caps } = work;
    const { contactIds } = work.batch;
    const { settlements } = outcomes;
    const record: BatchRecord = {
      cursor,
      ...outcomes,
      advance,
      contactIds,
      fields,
      channel,
      provider,
      caps: advance > 0 ? caps : [],
    };
    const more = tally(settlements);
    const counts = added(work.counts, more);
    const window = await this.queue.record(record, last ? factOf(work, counts) : null);
    // The connection may have broken after our commit: then the row shows our epoch and one flush more than we knew of.
    const mine = window ?? (await readFence(this.em.getKysely(), this.clock.sql(), record, this.audience.recipients));
    if (!mine) return { window: undefined, replaced: await this.replaced(cursor, settlements) };
    Object.assign(work.counts, counts);
    this.outcomes.add(channel, provider, more);
    cursor.flush += 1;
    cursor.intentUpto = mine.intentUpto;
    return { window: mine, replaced: false };
  }

  /** Gives a batch back whose run was paused, cancelled, or whose process is going. */
  async release(cursor: BatchCursor): Promise<void> {
    await releaseBatch(this.em.getKysely(), cursor);
  }

  /** Pauses the batch's run: our account is refused, and no recipient is failed for that. */
  async hold(cursor: BatchCursor, reason: string): Promise<void> {
    await this.runs.hold(cursor.runId, reason);
    this.logger.error({ message: 'run paused', run_id: cursor.runId, reason });
  }

  /** Tells the modules on the right what a batch came to since it was claimed, where its last record does not. */
  async publish(work: BatchWork): Promise<void> {
    await this.events.publish('batches.recorded', { batches: [factOf(work, work.counts)] });
  }

  /** Another process holds the batch: keep the positive evidence, drop the rest (R3). */
  private async replaced(cursor: BatchCursor, settlements: Settlement[]): Promise<true> {
    this.fencedWrites += 1;
    const sent = settlements.filter((settlement) => settlement.kind === 'sent');
    const { contactIds } = await this.runs.correct(cursor.runId, () =>
      settleByEvidence(this.em.getKysely(), this.clock.sql(), cursor.runId, 'accepted', sent),
    );
    const counts = { sent: sent.length, settled: contactIds.length };
    this.logger.warn({ message: 'lease lost', run_id: cursor.runId, batch: cursor.seq, ...counts });
    return true;
  }
}

function factOf(work: BatchWork, counts: BatchWork['counts']): Facts['batches.recorded']['batches'][number] {
  const { sent, failed, skipped, in_doubt: inDoubt } = counts;
  return { runId: work.batch.runId, lane: work.lane, sent, failed, skipped, inDoubt };
}

function added(counts: BatchWork['counts'], more: BatchWork['counts']): BatchWork['counts'] {
  return {
    sent: counts.sent + more.sent,
    failed: counts.failed + more.failed,
    skipped: counts.skipped + more.skipped,
    in_doubt: counts.in_doubt + more.in_doubt,
    deferred: counts.deferred + more.deferred,
  };
}
