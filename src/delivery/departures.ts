import { NOT_STARTED, type OutgoingMessage, type SendResult } from './channels/provider.js';

/** Hands a message to its provider, which asks `mayStart` immediately before the first byte. */
export type Send = (mayStart: () => boolean) => Promise<SendResult>;

/** The same of any message. */
export type SendMessage = (message: OutgoingMessage, mayStart: () => boolean) => Promise<SendResult>;

/** Hears what became of a message. */
export type Answered = (result: SendResult) => void;

/**
 * The messages of a batch that are with its provider. Those that only wait there, for a connection say, can be called back.
 * Answers are told, not awaited: chained promises would be most of what a recipient costs.
 */
export class Departures {
  private readonly waiting = new Set<Outgoing>();

  constructor(
    private readonly send: SendMessage,
    private readonly mayStart: () => boolean,
  ) {}

  /**
   * Tells once what became of a message, or that it was not started once it is called back; it never starts afterwards. A
   * provider answers with values; one that throws all the same may or may not have handed the message over.
   */
  depart(message: OutgoingMessage, answered: Answered): void {
    const outgoing = new Outgoing(this.waiting, this.mayStart, answered);
    this.waiting.add(outgoing);
    try {
      void this.send(message, outgoing.mayStart).then(outgoing.end, outgoing.fail);
    } catch (error) {
      outgoing.fail(error);
    }
  }

  /** Whether any message is with the provider and has not started. */
  isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  /** Takes back every message that has not started. */
  callBack(): void {
    for (const outgoing of this.waiting) outgoing.callBack();
    this.waiting.clear();
  }
}

/** One message on its way. */
class Outgoing {
  private back = false;

  constructor(
    private readonly waiting: Set<Outgoing>,
    private readonly batchMayStart: () => boolean,
    private readonly answered: Answered,
  ) {}

  readonly mayStart = (): boolean => {
    if (this.back || !this.batchMayStart()) return false;
    this.waiting.delete(this);
    return true;
  };

  readonly end = (result: SendResult): void => {
    this.waiting.delete(this);
    if (!this.back) this.answered(result);
  };

  readonly fail = (error: unknown): void => {
    this.end({ outcome: 'unknown', code: 'provider_threw', response: String(error) });
  };

  callBack(): void {
    this.back = true;
    this.answered({ outcome: 'deferred', scope: 'provider', code: NOT_STARTED });
  }
}
