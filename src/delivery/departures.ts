import { NOT_STARTED, type SendResult } from './channels/provider.js';

/** Hands a message to its provider, which asks `mayStart` immediately before the first byte. */
export type Send = (mayStart: () => boolean) => Promise<SendResult>;

/** The messages of a batch that are with its provider. Those that only wait there, for a connection say, can be called back. */
export class Departures {
  private readonly waiting = new Set<() => void>();

  constructor(private readonly mayStart: () => boolean) {}

  /**
   * Answers what `send` does, or that the message was not started once it is called back; it never starts afterwards.
   */
  depart(send: Send): Promise<SendResult> {
    return new Promise((resolve) => {
      let back = false;
      const callBack = (): void => {
        back = true;
        resolve({ outcome: 'deferred', scope: 'provider', code: NOT_STARTED });
      };
      const mayStart = (): boolean => {
        if (back || !this.mayStart()) return false;
        this.waiting.delete(callBack);
        return true;
      };
      const end = (result: SendResult): void => {
        this.waiting.delete(callBack);
        resolve(result);
      };
      this.waiting.add(callBack);
      void attempt(send, mayStart).then(end);
    });
  }

  /** Takes back every message that has not started. */
  callBack(): void {
    for (const callBack of this.waiting) callBack();
    this.waiting.clear();
  }
}

/** A provider answers with values; one that throws all the same may or may not have handed the message over. */
async function attempt(send: Send, mayStart: () => boolean): Promise<SendResult> {
  try {
    return await send(mayStart);
  } catch (error) {
    return { outcome: 'unknown', code: 'provider_threw', response: String(error) };
  }
}
