import type { Recipient } from '../audience/domain/recipient.js';
import type { GoneSubscription } from '../audience/push-subscriptions.service.js';
import type { BatchSurroundings } from './batch-surroundings.js';
import type { ClaimedBatch } from './batch.queries.js';
import { NOT_STARTED, type OutgoingMessage, type SendResult } from './channels/provider.js';
import { decide } from './domain/retry-policy.js';
import { afterDoubt, type FailedTry, type Settlement, storable } from './domain/settlement.js';

/** What is done for each recipient of a leased batch: their message, its way out, and what follows from the answer. */
export class RecipientWork {
  /** Why the run is to be paused: the provider refuses our account. Null as long as it does not. */
  held: string | null = null;
  /** Push subscriptions that turned out to be dead, until somebody takes them from here. */
  readonly gone: GoneSubscription[] = [];

  /** `mayStart` is asked immediately before the first byte of a message. */
  constructor(
    private readonly batch: ClaimedBatch,
    private readonly around: BatchSurroundings,
    private readonly mayStart: () => boolean,
  ) {}

  /** What became of a recipient; nothing that a provider does is thrown. */
  async settle(recipient: Recipient): Promise<Settlement> {
    const settlement = await this.attend(recipient);
    return this.batch.doubtful ? afterDoubt(settlement) : settlement;
  }

  private async attend(recipient: Recipient): Promise<Settlement> {
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
    for (const subscription of result.gone ?? []) this.gone.push({ contactId, subscription });
    const settlement = this.settlementOf(contactId, result);
    return result.outcome === 'deferred' && result.doubtful ? afterDoubt(settlement) : settlement;
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
