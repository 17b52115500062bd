import type { Recipient } from '../audience/domain/recipient.js';
import type { GoneSubscription } from '../audience/push-subscriptions.service.js';
import { storable } from '../platform/storable.js';
import type { BatchSurroundings } from './batch-surroundings.js';
import type { ClaimedBatch } from './batch.queries.js';
import { Departures, type SendMessage } from './departures.js';
import { NOT_STARTED, type OutgoingMessage, type SendResult } from './channels/provider.js';
import { decide } from './domain/retry-policy.js';
import { afterDoubt, type FailedTry, type Settlement } from './domain/settlement.js';
import { unaddressed } from './domain/unaddressed.js';
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

/** Hears what becomes of the recipients of a window: callbacks, for a promise each would be most of what they cost. */
export interface Ends {
  settled(settlement: Settlement): void;
  /** A mistake of ours: nothing can be said about the recipient. */
  broke(error: unknown): void;
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
  private readonly departures: Departures<Recipient>;
  /** How the keys of the batch's deliveries begin and end, around the contact. */
  private readonly key: { before: string; after: string };

  constructor(
    private readonly batch: ClaimedBatch,
    private readonly around: BatchSurroundings,
    private readonly permission: Permission,
    private readonly ends: Ends,
  ) {
    const { provider, pace, mark } = around;
    const send: SendMessage = (message, mayStart) => provider.send(message, mayStart);
    const paced: SendMessage = (message, mayStart) => pace!.release((asked) => send(message, asked), mayStart);
    this.departures = new Departures(pace ? paced : send, permission.mayStart, this.answered);
    this.key = { before: `${batch.runId}.`, after: `.${mark}` };
  }

  /** Whether any message waits for its turn at its provider. */
  isWaiting(): boolean {
    return this.departures.isWaiting();
  }

  /** Takes back what only waits for its provider; each such recipient is settled as not started. */
  callBack(): void {
    this.departures.callBack();
  }

  /** Tells, once, what became of a recipient; nothing that a provider does breaks the work. */
  settle(recipient: Recipient): void {
    const { writer } = this.around;
    const unasked = this.unasked(recipient);
    if (unasked) return this.end(unasked);
    if (writer.heavy) return void this.settleInTurn(recipient).catch(this.ends.broke);
    let written: Written;
    try {
      written = writer.write(addresseeOf(recipient), recipient.fields);
    } catch (error) {
      return this.end(this.cannotWrite(recipient.contactId, error as Error));
    }
    this.departures.depart(this.messageFor(recipient, written), recipient);
  }

  /** What becomes of a recipient without asking a provider; null for one who is sent to. */
  private unasked({ contactId, exclusion, fields }: Recipient): Settlement | null {
    if (exclusion !== null) return { kind: 'skipped', contactId, reason: exclusion };
    const { hours, now } = this.around;
    return hours?.check(contactId, fields.time_zone ?? null, this.batch.attempt, now()) ?? null;
  }

  private async settleInTurn(recipient: Recipient): Promise<void> {
    const { contactId } = recipient;
    try {
      const written = await this.writeInTurn(recipient);
      if (written === null) this.end(this.putOff(contactId));
      else this.departures.depart(this.messageFor(recipient, written), recipient);
    } catch (error) {
      this.end(this.cannotWrite(contactId, error as Error));
    }
  }

  private readonly answered = (recipient: Recipient, result: SendResult): void => {
    try {
      this.end(this.heard(recipient, result));
    } catch (error) {
      this.ends.broke(error);
    }
  };

  private heard(recipient: Recipient, result: SendResult): Settlement {
    const { contactId, address } = recipient;
    this.around.gate.observe(this.around.provider, result, address!);
    for (const subscription of result.gone ?? []) this.gone.push({ contactId, subscription });
    const settlement = this.settlementOf(recipient, result);
    const mayHaveArrived = result.outcome === 'unknown' || (result.outcome === 'deferred' && result.doubtful);
    return mayHaveArrived ? afterDoubt(settlement) : settlement;
  }

  private end(settlement: Settlement): void {
    this.ends.settled(this.batch.doubtful ? afterDoubt(settlement) : settlement);
  }

  /** Null where its turn came too late: the run is to be paused, or the batch is no longer ours. */
  private writeInTurn(recipient: Recipient): Promise<Written | null> {
    const { writer } = this.around;
    const written = this.turn.then(() =>
      this.held === null && this.permission.mayStart()
        ? writer.writeElsewhere(addresseeOf(recipient), recipient.fields)
        : null,
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
    const deliveryKey = this.key.before + contactId + this.key.after;
    // Named one by one: spread, the same object takes several times the memory, and there is one for every recipient.
    const { subject, body, format, letter, notice } = written;
    const toName = nameOf(fields);
    return { runId, contactId, attempt, to: address!, toName, subject, body, format, deliveryKey, letter, notice };
  }

  private settlementOf({ contactId, address }: Recipient, result: SendResult): Settlement {
    if (result.outcome === 'sent')
      return {
        kind: 'sent',
        contactId,
        providerMessageId: result.providerMessageId && storable(result.providerMessageId),
      };
    const { code, enhancedCode } = result;
    const response = result.response && storable(result.response);
    const decision = decide(result, this.batch.attempt, this.around.policy, this.around.onDoubt);
    const transient = result.outcome === 'deferred' || decision.kind === 'retry';
    const harm = result.outcome === 'rejected' ? result.harm : undefined;
    const failedTry = { code, enhancedCode, response, transient, harm };
    if (code === NOT_STARTED && decision.kind === 'retry')
      return this.permission.calledOff() ? this.putOff(contactId) : { kind: 'deferred', contactId, retry: decision };
    switch (decision.kind) {
      case 'failed':
        return this.fail(contactId, decision.reason, failedTry);
      case 'retry':
        this.around.failed(this.batch, contactId, failedTry);
        return { kind: 'deferred', contactId, retry: decision, failedTry };
      case 'hold_run':
        this.leave(code, response && unaddressed(response, address!));
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

const addresseeOf = ({ contactId, address }: Recipient): Addressee => ({ contactId, address: address! });

/** What a mail program shows as the recipient; null for somebody without a name. */
function nameOf({ first_name: first, last_name: last }: Recipient['fields']): string | null {
  return first && last ? `${first} ${last}` : first || last || null;
}

/** Waiting in a retry batch of the same attempt until the run goes on. */
const stayPending = (attempt: number) => ({ kind: 'retry', attempt, burn: false, minDelayMs: 0 }) as const;
