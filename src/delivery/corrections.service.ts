import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { recordAhead } from '../access/audited.decorator.js';
import type { CountShift } from '../campaigns/domain/run-totals.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { throughCollisions } from '../platform/patience.js';
import type { CorrectionResponse, ResendInDoubt, RetryFailed, SettleInDoubt } from './corrections.dto.js';
import { lastBatch, type Selection, settleEnded, type Slice, takeBackEnded } from './corrections.queries.js';

/** Of a run that is only asked whether it may be corrected. */
const UNCHANGED: CountShift = { sent: 0, failed: 0, skipped: 0, in_doubt: 0 };

/** What people do about recipients that have come to an end: send again to those who failed or are in doubt, or settle them. */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Sends again to those that failed. Throws RUN_NOT_FOUND or CANNOT_RETRY. */
  retryFailed(runId: number, { contact_ids, reason }: RetryFailed): Promise<CorrectionResponse> {
    return this.takeBack(runId, 'failed', contact_ids, reason);
  }

  /** Sends again to those in doubt, who may get the message twice. Throws RUN_NOT_FOUND or CANNOT_RETRY. */
  resendInDoubt(runId: number, { contact_ids }: ResendInDoubt): Promise<CorrectionResponse> {
    return this.takeBack(runId, 'in_doubt', contact_ids);
  }

  /** Settles those in doubt by hand. Throws RUN_NOT_FOUND. */
  async settleInDoubt(runId: number, { contact_ids, outcome }: SettleInDoubt): Promise<CorrectionResponse> {
    await this.runs.correct(runId, () => Promise.resolve(UNCHANGED));
    return this.sliceBySlice(runId, contact_ids, (between) =>
      this.runs.correct(runId, () =>
        settleEnded(
          this.em.getKysely(),
          runId,
          { outcomes: ['in_doubt'], contactIds: contact_ids ?? null, between },
          { outcome, reason: 'settled_by_hand' },
        ),
      ),
    );
  }

  private async takeBack(
    runId: number,
    outcome: 'failed' | 'in_doubt',
    contactIds: number[] | undefined,
    reason?: string,
  ): Promise<CorrectionResponse> {
    await this.runs.reopen(runId, () => Promise.resolve({ taken: 0 }));
    return this.sliceBySlice(runId, contactIds, (between) =>
      this.runs.reopen(runId, () =>
        takeBackEnded(
          this.em.getKysely(),
          runId,
          { outcomes: [outcome], contactIds: contactIds ?? null, reason, between },
          this.config.BATCH_SIZE,
          this.clock.sql(),
        ),
      ),
    );
  }

  /**
   * Records that it begins, which whoever calls made sure is not refused, and works through the batches that the run has now, one transaction a slice: each leaves the run whole, and a call that is
   * repeated after a crash finds only what is left. One that meets a sender's record begins again. Whoever fails again meanwhile is in a later batch and stays failed.
   */
  private async sliceBySlice(
    runId: number,
    named: number[] | undefined,
    work: (between: NonNullable<Selection['between']>) => Promise<Slice>,
  ): Promise<CorrectionResponse> {
    await recordAhead();
    const upTo = await lastBatch(this.em.getKysely(), runId);
    const left = new Set(named);
    let taken = 0;
    for (let after: number | null = 0; after !== null;) {
      const between = { after, upTo };
      const slice: Slice = await throughCollisions(() => work(between));
      taken += slice.taken;
      for (const contactId of slice.contactIds) left.delete(contactId);
      after = slice.through;
    }
    return { run_id: runId, taken, not_taken: [...left] };
  }
}
