import { Injectable, Logger } from '@nestjs/common';
import { type CompiledContent, compileContent } from '../campaigns/domain/content.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import type { ClaimedBatch } from './batch.queries.js';
import { BatchLedger } from './batch-ledger.js';
import { type BatchEnd, BatchWork, type LeaseWatch } from './batch-work.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { RecipientHours } from './domain/recipient-hours.js';
import type { FailedTry } from './domain/settlement.js';
import { throughOutages } from '../platform/patience.js';
import { RunCloser } from './run-closer.js';
import { SendingRules } from './sending-rules.js';

/** Contents kept compiled: a run's content never changes, and few runs are sent at a time. */
const COMPILED_RUNS = 64;

/** Equips a claimed batch with its run's content, provider and ledger, and tidies up after it. */
@Injectable()
export class BatchWorkshop {
  private readonly logger = new Logger('Sender');
  private readonly compiled = new Map<number, { run: Run; content: CompiledContent }>();

  constructor(
    private readonly runs: RunsService,
    private readonly providers: ProviderRegistry,
    private readonly ledger: BatchLedger,
    private readonly closer: RunCloser,
    private readonly rules: SendingRules,
  ) {}

  /** What this process can carry: `channel/provider` pairs. */
  carries(): string[] {
    return this.providers.carries();
  }

  /** The work that a claimed batch stands for. */
  async prepare(batch: ClaimedBatch, lane: number, watch: LeaseWatch): Promise<BatchWork> {
    const { run, content } = await this.contentFor(batch);
    const { retry: policy, random, now } = this.rules;
    return new BatchWork(batch, lane, watch, {
      provider: this.providers.for(run.channel),
      content,
      format: run.format,
      policy,
      random,
      now,
      hours: await this.hoursFor(batch, run),
      ledger: this.ledger,
      mark: run.openedAt.getTime().toString(36),
      failed: this.logFailedTry,
    });
  }

  /** The hours of a run that has any, with its deadline as it is now: a pause that ended has moved it. */
  private async hoursFor(batch: ClaimedBatch, { channel, sendWindow, timeZone }: Run): Promise<RecipientHours | null> {
    const hours = this.rules.hoursOf(channel, sendWindow ?? null);
    if (!hours) return null;
    const { expiresAt } = await this.orRetract(batch, () => this.runs.get(batch.runId));
    return new RecipientHours({ hours, timeZone, expiresAt });
  }

  /** Closes the run when this was its last batch. A batch that ended before its time still tells what it did. */
  async finish(work: BatchWork, end: BatchEnd): Promise<void> {
    if (end !== 'done') await this.ledger.publish(work);
    if (end === 'done') await this.closer.close(work.batch.runId);
  }

  private contentFor(batch: ClaimedBatch): Promise<{ run: Run; content: CompiledContent }> {
    return this.orRetract(batch, () => this.contentOf(batch.runId));
  }

  /** Where what a batch needs cannot be had nothing has left: it goes back as it was claimed, and nobody is in doubt. */
  private async orRetract<Needed>(batch: ClaimedBatch, ask: () => Promise<Needed>): Promise<Needed> {
    try {
      return await throughOutages(ask);
    } catch (error) {
      await this.ledger.retract({ ...batch, flush: 0 }, batch.intentUpto - batch.recipients.length);
      throw error;
    }
  }

  private async contentOf(runId: number): Promise<{ run: Run; content: CompiledContent }> {
    const known = this.compiled.get(runId);
    if (known) return known;
    const run = await this.runs.get(runId);
    const { subject = null, message, format } = run;
    const made = { run, content: compileContent({ subject, message, format }) };
    this.compiled.set(runId, made);
    if (this.compiled.size > COMPILED_RUNS) this.compiled.delete(this.compiled.keys().next().value!);
    return made;
  }

  private readonly logFailedTry = (batch: ClaimedBatch, contactId: number, { code, ...words }: FailedTry): void => {
    this.logger.warn({
      message: 'try failed',
      run: batch.runId,
      contact: contactId,
      attempt: batch.attempt,
      code,
      ...words,
    });
  };
}
