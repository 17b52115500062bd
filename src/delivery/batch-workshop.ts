import { Injectable, Logger } from '@nestjs/common';
import { CONTACT_FIELDS, type ContactField } from '../audience/domain/recipient.js';
import { type CompiledContent, compileContent } from '../campaigns/domain/content.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Chance } from '../platform/chance.js';
import { Config } from '../platform/config.js';
import type { ClaimedBatch } from './batch.queries.js';
import { BatchLedger } from './batch-ledger.js';
import { type BatchEnd, BatchWork, type LeaseWatch } from './batch-work.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { retryPolicyOf } from './delivery.settings.js';
import type { FailedTry } from './domain/settlement.js';
import { throughOutages } from '../platform/patience.js';
import { RunCloser } from './run-closer.js';

/** Contents kept compiled: a run's content never changes, and few runs are sent at a time. */
const COMPILED_RUNS = 64;

interface Compiled {
  run: Run;
  content: CompiledContent;
  fields: readonly ContactField[];
}

/** Equips a claimed batch with its run's content, provider and ledger, and tidies up after it. */
@Injectable()
export class BatchWorkshop {
  private readonly logger = new Logger('Sender');
  private readonly compiled = new Map<number, Compiled>();

  constructor(
    private readonly runs: RunsService,
    private readonly providers: ProviderRegistry,
    private readonly ledger: BatchLedger,
    private readonly closer: RunCloser,
    private readonly chance: Chance,
    private readonly config: Config,
  ) {}

  /** What this process can carry: `channel/provider` pairs. */
  carries(): string[] {
    return this.providers.carries();
  }

  /** The work that a claimed batch stands for. */
  async prepare(batch: ClaimedBatch, lane: number, watch: LeaseWatch): Promise<BatchWork> {
    const { run, content, fields } = await this.contentFor(batch);
    return new BatchWork(batch, lane, watch, {
      provider: this.providers.for(run.channel),
      content,
      fields,
      format: run.format,
      policy: retryPolicyOf(this.config),
      random: this.chance.random,
      ledger: this.ledger,
      mark: run.openedAt.getTime().toString(36),
      failed: this.logFailedTry,
    });
  }

  /** A batch that ended before its time still tells what it did. */
  async finish(work: BatchWork, end: BatchEnd): Promise<void> {
    if (end !== 'done') await this.ledger.publish(work);
  }

  /** Ends a run when nothing of it is pending any more. */
  async close(runId: number): Promise<void> {
    await this.closer.close(runId);
  }

  /** Where a content cannot be had nothing has left: the batch goes back as it was claimed. */
  private async contentFor(batch: ClaimedBatch): Promise<Compiled> {
    try {
      return await throughOutages(() => this.contentOf(batch.runId));
    } catch (error) {
      await this.ledger.release({ ...batch, flush: 0 });
      throw error;
    }
  }

  private async contentOf(runId: number): Promise<Compiled> {
    const known = this.compiled.get(runId);
    if (known) return known;
    const run = await this.runs.get(runId);
    const { subject = null, message, format } = run;
    const content = compileContent({ subject, message, format });
    const made = { run, content, fields: fieldsOf(run, content) };
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

/** What is loaded of each contact: what the templates speak of, and the names that an email is addressed with. */
function fieldsOf(run: Run, { fields }: CompiledContent): readonly ContactField[] {
  if (fields === null) return CONTACT_FIELDS;
  const names = run.channel === 'email' ? ['first_name', 'last_name'] : [];
  return CONTACT_FIELDS.filter((field) => fields.includes(field) || names.includes(field));
}
