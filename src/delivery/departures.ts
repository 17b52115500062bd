import { NOT_STARTED, type OutgoingMessage, type SendResult } from './channels/provider.js';

/** Hands a message to its provider, which asks `mayStart` immediately before the first byte. */
export type Send = (mayStart: () => boolean) => Promise<SendResult>;

/** The same of any message. */
export type SendMessage = (message: OutgoingMessage, mayStart: () => boolean) => Promise<SendResult>;

/** Hears what became of a message to somebody. */
export type Answered<To> = (to: To, result: SendResult) => void;

/**
 * The messages of a batch that are with its provider. Those that only wait there, for a connection say, can be called back.
 * Answers are told, not awaited: chained promises would be most of what a recipient costs, and with one closure for all of
 * them the rest is little more than what the provider is given.
 */
export class Departures<To> {
  /** Those that departed since nobody waited, in their order; a count says how many wait: a set would cost more. */
  private outgoing: Outgoing<To>[] = [];
  private waiting = 0;

  constructor(
    private readonly send: SendMessage,
    readonly mayStart: () => boolean,
    readonly answered: Answered<To>,
  ) {}

  /**
   * Tells once what became of a message, or that it was not started once it is called back; it never starts afterwards. A
   * provider answers with values; one that throws all the same may or may not have handed the message over.
   */
  depart(message: OutgoingMessage, to: To): void {
    const outgoing = new Outgoing(this, to);
    this.outgoing.push(outgoing);
    this.waiting += 1;
    try {
      void this.send(message, outgoing.mayStart).then(outgoing.end, outgoing.fail);
    } catch (error) {
      outgoing.fail(error);
    }
  }

  /** Whether any message is with the provider and has not started. */
  isWaiting(): boolean {
    return this.waiting > 0;
  }

  /** Takes back every message that has not started. */
  callBack(): void {
    for (const outgoing of this.outgoing.splice(0)) outgoing.callBack();
  }

  /** One of those that wait does not any more. */
  left(): void {
    this.waiting -= 1;
    if (this.waiting === 0) this.outgoing = [];
  }
}

/** One message on its way. */
class Outgoing<To> {
  private back = false;
  private waits = true;

  constructor(
    private readonly departures: Departures<To>,
    private readonly to: To,
  ) {}

  readonly mayStart = (): boolean => {
    if (this.back || !this.departures.mayStart()) return false;
    this.leave();
    return true;
  };

  readonly end = (result: SendResult): void => {
    if (this.back) return;
    this.leave();
    this.departures.answered(this.to, result);
  };

  readonly fail = (error: unknown): void => {
    this.end({ outcome: 'unknown', code: 'provider_threw', response: String(error) });
  };

  callBack(): void {
    if (!this.waits) return;
    this.leave();
    this.back = true;
    this.departures.answered(this.to, { outcome: 'deferred', scope: 'provider', code: NOT_STARTED });
  }

  private leave(): void {
    if (this.waits) this.departures.left();
    this.waits = false;
  }
}
