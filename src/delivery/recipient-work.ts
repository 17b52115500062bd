import type { Recipient } from '../audience/domain/recipient.js';
import type { GoneSubscription } from '../audience/push-subscriptions.service.js';
import { storable } from '../platform/storable.js';
import type { BatchSurroundings } from './batch-surroundings.js';
import type { ClaimedBatch } from './batch.queries.js';
import { Departures, type Send } from './departures.js';
import { NOT_STARTED, type OutgoingMessage, type SendResult } from './channels/provider.js';
import { decide } from './domain/retry-policy.js';
import { afterDoubt, type FailedTry, type Settlement } from './domain/settlement.js';
import { RenderStopped, RenderUnavailable } from './rendering/render-stopped.js';
import type { Addressee, Written } from './run-writer.js';

/** So many of a batch may fail because writing their message takes too much. */
const MOST_STOPPED = 3;

/** What is asked about a batch before one of its messages starts. */
export interface Permission {
  /** Immediately before the first byte. */
  mayStart(): boolean;
  /** Whether people or the end of the process keep it from starting: it goes on the moment it may. */
  calledOff(): boolean;
}

/** What is done for each recipient of a leased batch: their message, its way out, and what follows from the answer. */
export class RecipientWork {
  /** Why the run is to be paused: the provider refuses our account, or its template cannot be filled. Null as long as it does not. */
  held: string | null = null;
  /** Push subscriptions that turned out to be dead, until somebody takes them from here. */
  readonly gone: GoneSubscription[] = [];

  /** The messages that take long to write, one after the other: each may have an equal share of what writes them. */
  private turn: Promise<unknown> = Promise.resolve();
  private stopped = 0;
  private readonly departures: Departures;

  constructor(
    private readonly batch: ClaimedBatch,
    private readonly around: BatchSurroundings,
    private readonly permission: Permission,
  ) {
    this.departures = new Departures(permission.mayStart);
  }

  /** Takes back what only waits for its provider; each such recipient is settled as not started. */
  callBack(): void {
    this.departures.callBack();
  }

  /** What became of a recipient; nothing that a provider does is thrown. */
  async settle(recipient: Recipient): Promise<Settlement> {
    const settlement = await this.attend(recipient);
    return this.batch.doubtful ? afterDoubt(settlement) : settlement;
  }

  private async attend(recipient: Recipient): Promise<Settlement> {
    const { contactId, address, exclusion } = recipient;
    if (exclusion !== null) return { kind: 'skipped', contactId, reason: exclusion };
    const { hours, now, writer } = this.around;
    const closed = hours?.check(contactId, recipient.fields.time_zone ?? null, this.batch.attempt, now());
    if (closed) return closed;
    let message: OutgoingMessage;
    try {
      const to = { contactId, address: address! };
      const written = writer.heavy ? await this.writeInTurn(to, recipient) : writer.write(to, recipient.fields);
      if (written === null) return this.putOff(contactId);
      message = this.messageFor(recipient, written);
    } catch (error) {
      return this.cannotWrite(contactId, error as Error);
    }
    const { provider, gate, pace } = this.around;
    const send: Send = (mayStart) => provider.send(message, mayStart);
    const result = await this.departures.depart(pace ? (mayStart) => pace.release(send, mayStart) : send);
    gate.observe(provider, result);
    for (const subscription of result.gone ?? []) this.gone.push({ contactId, subscription });
    const settlement = this.settlementOf(contactId, result);
    return result.outcome === 'deferred' && result.doubtful ? afterDoubt(settlement) : settlement;
  }

  /** Null where its turn came too late: the run is to be paused, or the batch is no longer ours. */
  private writeInTurn(to: Addressee, { fields }: Recipient): Promise<Written | null> {
    const written = this.turn.then(() =>
      this.held === null && this.permission.mayStart() ? this.around.writer.writeElsewhere(to, fields) : null,
    );
    this.turn = written.catch(() => undefined);
    return written;
  }

  private putOff(contactId: number): Settlement {
    return { kind: 'deferred', contactId, retry: stayPending(this.batch.attempt) };
  }

  /** A template that takes too much for one contact may do so for all: after a few the run is paused for somebody to look. */
  private cannotWrite(contactId: number, error: Error): Settlement {
    if (error instanceof RenderUnavailable) {
      this.held = error.message;
      return this.putOff(contactId);
    }
    const code = error instanceof RenderStopped ? error.code : 'render_error';
    if (error instanceof RenderStopped && ++this.stopped >= MOST_STOPPED) this.held = `its template: ${error.message}`;
    return this.fail(contactId, code, { code, response: error.message, transient: false });
  }

  private messageFor({ contactId, address, fields }: Recipient, written: Written): OutgoingMessage {
    const { runId, attempt } = this.batch;
    const toName = [fields.first_name, fields.last_name].filter(Boolean).join(' ') || null;
    const deliveryKey = `${runId}.${contactId}.${this.around.mark}`;
    return { runId, contactId, attempt, to: address!, toName, deliveryKey, ...written };
  }

  private settlementOf(contactId: number, result: SendResult): Settlement {
    if (result.outcome === 'sent')
      return {
        kind: 'sent',
        contactId,
        providerMessageId: result.providerMessageId && storable(result.providerMessageId),
      };
    const { code, enhancedCode } = result;
    const response = result.response && storable(result.response);
    const decision = decide(result, this.batch.attempt, this.around.policy);
    const failedTry = { code, enhancedCode, response, transient: result.outcome === 'deferred' };
    if (code === NOT_STARTED && decision.kind === 'retry')
      return this.permission.calledOff() ? this.putOff(contactId) : { kind: 'deferred', contactId, retry: decision };
    switch (decision.kind) {
      case 'failed':
        return this.fail(contactId, decision.reason, failedTry);
      case 'retry':
        this.around.failed(this.batch, contactId, failedTry);
        return { kind: 'deferred', contactId, retry: decision, failedTry };
      case 'hold_run':
        this.leave(code, response);
        this.around.failed(this.batch, contactId, failedTry);
        return { kind: 'deferred', contactId, retry: stayPending(this.batch.attempt), failedTry };
      case 'doubt':
        this.around.failed(this.batch, contactId, failedTry);
        return { kind: 'in_doubt', contactId, reason: code, failedTry };
      case 'sent':
        throw new Error('a message that was not sent cannot be decided as sent');
    }
  }

  /** The account is refused: another takes over where one may, or people have to mend it. */
  private leave(code: string, response: string | undefined): void {
    const { gate, provider } = this.around;
    if (this.around.hasFallback() && !this.batch.doubtful)
      gate.refuse(provider, [code, response].filter(Boolean).join(': '));
    else this.held = `the provider refuses the account: ${response ?? code}`;
  }

  private fail(contactId: number, reason: string, failedTry: FailedTry): Settlement {
    this.around.failed(this.batch, contactId, failedTry);
    return { kind: 'failed', contactId, reason, failedTry };
  }
}

/** Waiting in a retry batch of the same attempt until the run goes on. */
const stayPending = (attempt: number) => ({ kind: 'retry', attempt, burn: false, minDelayMs: 0 }) as const;
