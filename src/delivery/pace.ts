import type { SendResult } from './channels/provider.js';
import type { Send } from './departures.js';

const SECOND_MS = 1_000;

/** How often those who wait are looked at, at the latest. */
const LOOK_MS = 250;

/** So many stamps that count no more are kept until they are thrown away together. */
const SPENT = 1_024;

/**
 * Releases an account's messages at its limit per second. Tokens are granted at the intent, and what they were granted for
 * may wait for a stalled server: without this, all of it would leave the moment that goes on.
 *
 * What is guaranteed: in no rolling second do more than `limit` messages of one process start, and, by the tokens, over any
 * longer time no more than `limit` a second of all N processes together. N processes may start up to N times the limit
 * within one second, where one spreads its tokens over the next and another has those of the next already. What a server
 * reads late of messages that have started is not counted again.
 *
 * A message takes its place when it is released to the provider and keeps it until a second after it started: while it
 * waits for a connection nobody starts in its stead.
 */
export class Pace {
  /** Messages in a second. */
  limit = Infinity;
  /** Released and not started. */
  private released = 0;
  /** When messages started, oldest first; those before `first` count no more. */
  private starts: number[] = [];
  private first = 0;
  private lookedAt = -Infinity;
  private readonly waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | null = null;

  /** `now` yields milliseconds. */
  constructor(private readonly now: () => number) {}

  /** Hands a message over when its turn comes. */
  async release(send: Send, mayStart: () => boolean): Promise<SendResult> {
    await this.turn();
    let startedAt: number | null = null;
    try {
      return await send(() => {
        const now = this.now();
        // Asked again within the second of its place, as behind another message on the same connection, it has that still;
        // later, or over a fresh connection, it takes another.
        if (startedAt !== null && now >= startedAt && now - startedAt < SECOND_MS) return mayStart();
        if ((startedAt !== null && !this.hasRoom()) || !mayStart()) return false;
        if (startedAt === null) this.released -= 1;
        startedAt = now;
        this.starts.push(now);
        return true;
      });
    } finally {
      if (startedAt === null) this.released -= 1;
      this.look();
    }
  }

  private turn(): Promise<void> {
    return new Promise((go) => {
      this.waiting.push(go);
      this.look();
    });
  }

  /** Releases those whose turn it is, and looks again when the next start may count no more. */
  private look(): void {
    while (this.waiting.length > 0 && this.hasRoom()) {
      this.released += 1;
      this.waiting.shift()!();
    }
    if (this.waiting.length === 0 || this.timer) return;
    const oldest = this.starts[this.first] ?? Infinity;
    const inMs = Math.min(LOOK_MS, oldest + SECOND_MS - this.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.look();
    }, inMs);
  }

  private hasRoom(): boolean {
    const now = this.now();
    // A clock that was set back: what started keeps its age.
    if (now < this.lookedAt) this.starts = this.starts.map((start) => start - (this.lookedAt - now));
    this.lookedAt = now;
    while (this.first < this.starts.length && this.starts[this.first]! <= now - SECOND_MS) this.first += 1;
    if (this.first > SPENT) {
      this.starts.splice(0, this.first);
      this.first = 0;
    }
    return this.released + this.starts.length - this.first < this.limit;
  }
}
