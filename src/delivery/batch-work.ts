import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Channel } from '../audience/domain/channel.js';
import type { ContactField, Recipient } from '../audience/domain/recipient.js';
import type { ClaimedBatch } from './batch.queries.js';
import { NOT_STARTED, type OutgoingMessage, type Provider, type SendResult } from './channels/provider.js';
import type { ProviderGate } from './provider-gate.js';
import type { BatchLedger } from './batch-ledger.js';
import type { RunWriter } from './run-writer.js';
import type { BatchCursor, Window } from './record.queries.js';
import type { FrequencyCap } from './domain/frequency-cap.js';
import type { RecipientHours } from './domain/recipient-hours.js';
import { decide, type RetryPolicy } from './domain/retry-policy.js';
import { bouncedOf, type FailedTry, retryGroups, type Settlement, storable, tally } from './domain/settlement.js';
import { endsWithin, throughOutages } from '../platform/patience.js';

/** How long outcomes may wait in memory for the rest of their window before they are recorded on their own. */
const FLUSH_MS = 250;

/** How long rendering may keep the process to itself. */
const TURN_MS = 10;

/** What a batch's work needs from the sender around it. */
export interface BatchSurroundings {
  provider: Provider;
  gate: ProviderGate;
  writer: RunWriter;
  /** What the messages say about a contact. */
  fields: readonly ContactField[];
  policy: RetryPolicy;
  /** Recipients in a window. */
  windowSize: number;
  /** The hours in which recipients may be sent to; null for any. */
  hours: RecipientHours | null;
  /** How much a contact may get on the channel. */
  caps: readonly FrequencyCap[];
  now(): Date;
  /** Yields [0, 1): the jitter of retries. */
  random(): number;
  ledger: BatchLedger;
  /** What tells this run's messages from those of an equal run id in another database. */
  mark: string;
  /** Hears, once it is recorded, to whom nothing sent will ever arrive. */
  bounced(contactIds: number[]): Promise<void>;
  /** Hears of every try that did not end in `sent`. */
  failed(batch: ClaimedBatch, contactId: number, failedTry: FailedTry): void;
}

/** What the sender alone knows about a batch it works on. */
export interface LeaseWatch {
  /** Whether the lease surely still holds, by this process's own monotonic clock (R4). */
  leaseHolds(work: BatchWork): boolean;
  /** True once the process is to end: no further window is begun. */
  draining(): boolean;
}

/** How the work on a batch ended: at its last recipient, given back before that, or taken over by another process. */
export type BatchEnd = 'done' | 'released' | 'lost';

/** One leased batch on its way: window by window, intent before the first byte, outcomes recorded behind the fence. */
export class BatchWork {
  readonly cursor: BatchCursor;
  /** Outcomes since the claim, for the fact that is published at the end. */
  readonly counts = tally([]);
  private held: string | null = null;
  private stale = false;
  /** Whether the one message of a provider's probation was ours. */
  private probing = false;

  constructor(
    readonly batch: ClaimedBatch,
    readonly lane: number,
    private readonly watch: LeaseWatch,
    private readonly around: BatchSurroundings,
  ) {
    const { runId, seq, epoch, attempt, intentUpto } = batch;
    this.cursor = { runId, seq, epoch, attempt, intentUpto, flush: 0 };
  }

  get fields(): readonly ContactField[] {
    return this.around.fields;
  }

  get channel(): Channel {
    return this.around.provider.channel;
  }

  get caps(): readonly FrequencyCap[] {
    return this.around.caps;
  }

  /**
   * Works through the windows, the first of which is opened like all others: by a record, here of nothing. Never rejects
   * for what a provider does, only for what no retry can mend.
   */
  async run(): Promise<BatchEnd> {
    let window = await this.record([], true);
    while (window && window.recipients.length > 0) window = await this.work(window);
    if (this.probing) await throughOutages(() => this.around.gate.returnProbe(this.around.provider));
    if (this.stale) return 'lost';
    if (this.held !== null) await this.around.ledger.hold(this.cursor, this.held);
    if (this.cursor.intentUpto === this.batch.size) return 'done';
    await this.around.ledger.release(this.cursor);
    return 'released';
  }

  /** Sends one window and records it; outcomes that are in do not wait longer than FLUSH_MS for those that are not. */
  private async work(window: Window): Promise<Window | undefined> {
    const settled: Settlement[] = [];
    const sending = this.settleAll(window.recipients, settled);
    while (!(await endsWithin(sending, FLUSH_MS))) {
      if (settled.length > 0) await this.record(settled.splice(0), false);
    }
    return this.record(settled, true);
  }

  /**
   * Starts every recipient of a window. Rendering is synchronous, and a heavy template takes its time: after some
   * milliseconds everything else in this process gets its turn, other campaigns, leases and requests among it.
   */
  private async settleAll(recipients: Recipient[], settled: Settlement[]): Promise<void> {
    const inFlight: Promise<unknown>[] = [];
    let turn = performance.now();
    for (const recipient of recipients) {
      inFlight.push(this.settle(recipient).then((settlement) => settled.push(settlement)));
      if (performance.now() - turn < TURN_MS) continue;
      await nextTurn();
      turn = performance.now();
    }
    await Promise.all(inFlight);
  }

  /**
   * Records settlements, however long the database is away: what was sent must not be forgotten (R16). One who was
   * replaced goes on to the end of the window: what it learns may still settle a doubt.
   */
  private async record(settlements: Settlement[], ended: boolean): Promise<Window | undefined> {
    if (this.stale && settlements.length === 0) return undefined;
    const { provider, gate } = this.around;
    const { probation } = this.batch;
    await throughOutages(() => gate.settle(provider, probation));
    const advance = ended && this.mayGoOn() ? await this.admitted() : 0;
    const last = ended && this.cursor.intentUpto === this.batch.size;
    const retries = retryGroups(settlements, this.around.policy, this.around.random);
    const { window, replaced } = await throughOutages(() =>
      this.around.ledger.record(this, { settlements, retries }, { advance, last }),
    );
    this.stale = replaced;
    await this.around.bounced(bouncedOf(settlements));
    return window;
  }

  /** How large the next window may be, by what its provider can take (asked before the intent). */
  private async admitted(): Promise<number> {
    const { provider, gate, windowSize } = this.around;
    const wanted = Math.min(windowSize, this.batch.size - this.cursor.intentUpto);
    if (wanted === 0) return 0;
    const granted = await throughOutages(() => gate.admit(provider, wanted, this.batch.probation));
    this.probing ||= this.batch.probation && granted > 0;
    return granted;
  }

  /** Whether another window may begin; one whose lease ran out would only be put off, message by message. */
  private mayGoOn(): boolean {
    return !this.watch.draining() && this.held === null && this.mayStart();
  }

  private readonly mayStart = (): boolean =>
    !this.stale && this.watch.leaseHolds(this) && this.around.gate.mayStart(this.around.provider);

  private async settle(recipient: Recipient): Promise<Settlement> {
    const { contactId, exclusion } = recipient;
    if (exclusion !== null) return { kind: 'skipped', contactId, reason: exclusion };
    const { hours, now } = this.around;
    const closed = hours?.check(contactId, recipient.fields.time_zone ?? null, this.batch.attempt, now());
    if (closed) return closed;
    let message: OutgoingMessage;
    try {
      message = this.messageFor(recipient);
    } catch (error) {
      return this.fail(contactId, 'render_error', {
        code: 'render_error',
        response: (error as Error).message,
        transient: false,
      });
    }
    const result = await this.send(message);
    this.around.gate.observe(this.around.provider, result);
    return this.settlementOf(contactId, result);
  }

  /** A provider answers with values; one that throws all the same may or may not have handed the message over. */
  private async send(message: OutgoingMessage): Promise<SendResult> {
    try {
      return await this.around.provider.send(message, this.mayStart);
    } catch (error) {
      return { outcome: 'unknown', code: 'provider_threw', response: String(error) };
    }
  }

  private messageFor({ contactId, address, fields }: Recipient): OutgoingMessage {
    const { runId, attempt } = this.batch;
    const toName = [fields.first_name, fields.last_name].filter(Boolean).join(' ') || null;
    const deliveryKey = `${runId}.${contactId}.${this.around.mark}`;
    const written = this.around.writer.write(contactId, fields);
    return { runId, contactId, attempt, to: address!, toName, deliveryKey, ...written };
  }

  private settlementOf(contactId: number, result: SendResult): Settlement {
    if (result.outcome === 'sent')
      return { kind: 'sent', contactId, providerMessageId: storable(result.providerMessageId) };
    const { code, enhancedCode } = result;
    const response = storable(result.response ?? null) ?? undefined;
    const decision = decide(result, this.batch.attempt, this.around.policy);
    const failedTry = { code, enhancedCode, response, transient: result.outcome === 'deferred' };
    if (code === NOT_STARTED && decision.kind === 'retry') return { kind: 'deferred', contactId, retry: decision };
    switch (decision.kind) {
      case 'failed':
        return this.fail(contactId, decision.reason, failedTry);
      case 'retry':
        this.around.failed(this.batch, contactId, failedTry);
        return { kind: 'deferred', contactId, retry: decision, failedTry };
      case 'hold_run':
        this.held = `the provider refuses the account: ${response ?? code}`;
        this.around.failed(this.batch, contactId, failedTry);
        return { kind: 'deferred', contactId, retry: stayPending(this.batch.attempt), failedTry };
      case 'doubt':
        this.around.failed(this.batch, contactId, failedTry);
        return { kind: 'in_doubt', contactId, reason: code, failedTry };
      case 'sent':
        throw new Error('a message that was not sent cannot be decided as sent');
    }
  }

  private fail(contactId: number, reason: string, failedTry: FailedTry): Settlement {
    this.around.failed(this.batch, contactId, failedTry);
    return { kind: 'failed', contactId, reason, failedTry };
  }
}

/** Waiting in a retry batch of the same attempt until the run goes on. */
const stayPending = (attempt: number) => ({ kind: 'retry', attempt, burn: false, minDelayMs: 0 }) as const;
