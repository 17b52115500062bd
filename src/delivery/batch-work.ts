import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Channel } from '../audience/domain/channel.js';
import type { ContactField, Recipient } from '../audience/domain/recipient.js';
import { endsWithin, throughOutages } from '../platform/patience.js';
import type { BatchSurroundings } from './batch-surroundings.js';
import type { ClaimedBatch } from './batch.queries.js';
import type { FrequencyCap } from './domain/frequency-cap.js';
import { harmsOf, retryGroups, type Settlement, tally } from './domain/settlement.js';
import { RecipientWork } from './recipient-work.js';
import type { BatchCursor, Window } from './record.queries.js';
import { WindowOutcomes } from './window-outcomes.js';

/** How long outcomes may wait in memory for the rest of their window before they are recorded on their own. */
const FLUSH_MS = 250;

/** How long rendering may keep the process to itself. */
const TURN_MS = 10;

/** What the sender alone knows about a batch it works on. */
export interface LeaseWatch {
  /** Whether the lease surely still holds, by this process's own monotonic clock (R4). */
  leaseHolds(work: BatchWork): boolean;
  /** True once the process is to end, or the run was stopped: nothing further is begun. */
  calledOff(): boolean;
}

/** How the work on a batch ended: at its last recipient, given back before that, or taken over by another process. */
export type BatchEnd = 'done' | 'released' | 'lost';

/** One leased batch on its way: window by window, intent before the first byte, outcomes recorded behind the fence. */
export class BatchWork {
  readonly cursor: BatchCursor;
  /** Outcomes since the claim, for the fact that is published at the end. */
  readonly counts = tally([]);
  private readonly recipients: RecipientWork;
  private readonly outcomes = new WindowOutcomes();
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
    const permission = { mayStart: this.mayStart, calledOff: watch.calledOff };
    this.recipients = new RecipientWork(batch, around, permission, this.outcomes);
  }

  get fields(): readonly ContactField[] {
    return this.around.fields;
  }

  get channel(): Channel {
    return this.around.provider.channel;
  }

  get provider(): string {
    return this.around.provider.name;
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
    while (window && window.recipients.length > 0) window = await this.work(window.recipients);
    if (this.probing) await throughOutages(() => this.around.gate.returnProbe(this.around.provider));
    if (this.stale) return 'lost';
    const { held } = this.recipients;
    if (held !== null) await this.around.ledger.hold(this.cursor, held);
    if (this.cursor.intentUpto === this.batch.size) return 'done';
    await this.around.ledger.release(this.cursor);
    return 'released';
  }

  /**
   * Sends one window and records it; outcomes that are in do not wait longer than FLUSH_MS for those that are not, and what
   * only waits for its provider does not once nothing may start any more. Takes the recipients out of their window: what is
   * known of them need not be kept, and copied by each collection of garbage, until the record is through.
   */
  private async work(recipients: Recipient[]): Promise<Window | undefined> {
    const { length } = recipients;
    const began = performance.now();
    let waitedMs = 0;
    const sending = this.settleAll(recipients.splice(0));
    while (!(await endsWithin(sending, FLUSH_MS))) {
      if (this.recipients.isWaiting()) waitedMs = performance.now() - began;
      if (!this.mayStart()) this.recipients.callBack();
      const settled = this.outcomes.take();
      if (settled.length > 0) await this.record(settled, false);
    }
    this.around.windowSize.learn(length, waitedMs);
    return this.record(this.outcomes.take(), true);
  }

  /**
   * Starts every recipient of a window. Rendering is synchronous, and a heavy template takes its time: after some
   * milliseconds everything else in this process gets its turn, other campaigns, leases and requests among it.
   */
  private async settleAll(recipients: Recipient[]): Promise<void> {
    const all = this.outcomes.of(recipients.length);
    let turn = performance.now();
    for (const recipient of recipients) {
      this.recipients.settle(recipient);
      if (performance.now() - turn < TURN_MS) continue;
      await nextTurn();
      turn = performance.now();
    }
    await all;
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
    await this.around.harmed(harmsOf(settlements));
    await this.around.gone(this.recipients.gone.splice(0));
    return window;
  }

  /** How large the next window may be, by what its provider can take (asked before the intent). */
  private async admitted(): Promise<number> {
    const { provider, gate, windowSize } = this.around;
    const most = this.batch.crashes > 0 ? 1 : windowSize.next;
    const wanted = Math.min(most, this.batch.size - this.cursor.intentUpto);
    if (wanted === 0) return 0;
    const granted = await throughOutages(() => gate.admit(provider, wanted, this.batch.probation));
    this.probing ||= this.batch.probation && granted > 0;
    return granted;
  }

  /** Whether another window may begin; one whose lease ran out would only be put off, message by message. */
  private mayGoOn(): boolean {
    return this.recipients.held === null && this.mayStart();
  }

  private readonly mayStart = (): boolean =>
    !this.stale &&
    !this.watch.calledOff() &&
    this.watch.leaseHolds(this) &&
    this.around.open() &&
    this.around.gate.mayStart(this.around.provider);
}
