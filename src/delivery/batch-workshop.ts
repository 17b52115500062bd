import { Injectable, Logger } from '@nestjs/common';
import { LiquidError } from 'liquidjs';
import type { Channel } from '../audience/domain/channel.js';
import type { Run } from '../campaigns/run.entity.js';
import type { ClaimedBatch } from './batch.queries.js';
import { BatchLedger } from './batch-ledger.js';
import { DeadAddresses } from './dead-addresses.js';
import { type BatchEnd, BatchWork, type LeaseWatch } from './batch-work.js';
import { ProviderGate } from './provider-gate.js';
import type { Provider } from './channels/provider.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { markOf } from './domain/delivery-key.js';
import { RecipientHours } from './domain/recipient-hours.js';
import type { FailedTry } from './domain/settlement.js';
import { throughOutages } from '../platform/patience.js';
import { type RunContent, RunContents } from './run-contents.js';
import { SendingRules } from './sending-rules.js';
import { WindowSize } from './window-size.js';

/** Equips a claimed batch with its run's content, provider and ledger, and tidies up after it. */
@Injectable()
export class BatchWorkshop {
  private readonly logger = new Logger('Sender');
  private readonly windowSizes = new WeakMap<Provider, WindowSize>();

  constructor(
    private readonly contents: RunContents,
    private readonly providers: ProviderRegistry,
    private readonly ledger: BatchLedger,
    private readonly gate: ProviderGate,
    private readonly rules: SendingRules,
    private readonly dead: DeadAddresses,
  ) {}

  /** What this process can carry: `channel/provider` pairs. */
  carries(): string[] {
    return this.providers.carries();
  }

  /** The work that a claimed batch stands for. */
  async prepare(batch: ClaimedBatch, lane: number, watch: LeaseWatch): Promise<BatchWork> {
    const { run, writer, fields } = await this.orRetract(batch, () => this.contentOf(batch));
    const { retry: policy, random, now } = this.rules;
    const hours = await this.hoursFor(batch, run);
    const provider = await this.orRetract(batch, () => this.providerOf(run.channel, batch.provider));
    this.gate.begin(provider, batch.probation);
    return new BatchWork(batch, lane, watch, {
      provider,
      gate: this.gate,
      pace: this.gate.paceOf(provider),
      writer,
      fields,
      policy,
      onDoubt: run.onDoubt,
      windowSize: this.windowSizeOf(provider),
      random,
      now,
      hours,
      caps: this.rules.capsOf(provider.channel),
      ledger: this.ledger,
      mark: markOf(run.openedAt),
      open: () => this.providers.find(run.channel, batch.provider) === provider,
      hasFallback: () => this.providers.fallbackOf(run.channel, batch.provider) !== null,
      harmed: (harms) => this.dead.suppress(harms, provider.channel),
      gone: (subscriptions) => this.dead.remove(subscriptions),
      failed: this.logFailedTry,
    });
  }

  /** What a run says. Where that cannot be read it is paused for somebody to look: the next claim would meet the same. */
  private async contentOf(batch: ClaimedBatch): Promise<RunContent> {
    try {
      return await this.contents.of(batch.runId, batch.variant);
    } catch (error) {
      // Whatever is nested in itself deeper than this process can follow.
      if (LiquidError.is(error) || error instanceof RangeError)
        await this.ledger.hold({ ...batch, flush: 0 }, `its template: ${(error as Error).message}`);
      throw error;
    }
  }

  /** The account that the claim chose, unless it was switched off since. */
  private providerOf(channel: Channel, name: string): Promise<Provider> {
    const provider = this.providers.find(channel, name);
    return provider ? Promise.resolve(provider) : Promise.reject(new Error(`${channel}/${name} is switched off`));
  }

  /** What this process has learnt of an account as it is set up now. */
  private windowSizeOf(provider: Provider): WindowSize {
    const size = this.windowSizes.get(provider) ?? new WindowSize(this.rules.windowSize);
    this.windowSizes.set(provider, size);
    return size;
  }

  /** The hours of a run that has any, with its deadline. */
  private async hoursFor(batch: ClaimedBatch, { channel, sendWindow, timeZone }: Run): Promise<RecipientHours | null> {
    const hours = this.rules.hoursOf(channel, sendWindow ?? null);
    if (!hours) return null;
    const expiresAt = await this.orRetract(batch, () => this.contents.deadlineOf(batch.runId));
    return new RecipientHours({ hours, timeZone, expiresAt });
  }

  /** A batch that ended before its time still tells what it did. */
  async finish(work: BatchWork, end: BatchEnd): Promise<void> {
    const any = Object.values(work.counts).some((count) => count > 0);
    if (end !== 'done' && any) await this.ledger.publish(work);
  }

  /** Where what a batch needs cannot be had nothing has left: it goes back as it was claimed, and nobody is in doubt. */
  private async orRetract<Needed>(batch: ClaimedBatch, ask: () => Promise<Needed>): Promise<Needed> {
    try {
      return await throughOutages(ask);
    } catch (error) {
      await this.ledger.release({ ...batch, flush: 0 });
      throw error;
    }
  }

  private readonly logFailedTry = (batch: ClaimedBatch, contactId: number, { code, ...words }: FailedTry): void => {
    this.logger.warn({
      message: 'try failed',
      run_id: batch.runId,
      contact_id: contactId,
      attempt: batch.attempt,
      code,
      ...words,
    });
  };
}
