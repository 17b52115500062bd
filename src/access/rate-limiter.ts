import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';

const WINDOW_MS = 60_000;

/** More callers than any process has in a minute; beyond it the one whose minute began first begins anew. */
const MOST = 50_000;

/** What is left of a minute's requests. */
export interface Allowance {
  allowed: boolean;
  remaining: number;
  /** Seconds until all are there again. */
  resetS: number;
}

/** Counts requests in windows of a minute from a caller's first; in memory, each process for itself. */
@Injectable()
export class RateLimiter {
  private readonly windows = new Map<string, { count: number; endsAt: number }>();

  constructor(private readonly clock: Clock) {}

  /** Counts a request of this caller, of whom `limit` are let through in a minute. */
  take(caller: string, limit: number): Allowance {
    const now = this.clock.now().getTime();
    let window = this.windows.get(caller);
    // A clock that was put back would keep a window open for as long as that.
    if (!window || window.endsAt <= now || window.endsAt > now + WINDOW_MS) {
      this.windows.delete(caller);
      if (this.windows.size >= MOST) this.windows.delete(this.windows.keys().next().value!);
      this.windows.set(caller, (window = { count: 0, endsAt: now + WINDOW_MS }));
    }
    window.count += 1;
    return {
      allowed: window.count <= limit,
      remaining: Math.max(limit - window.count, 0),
      resetS: Math.ceil((window.endsAt - now) / 1000),
    };
  }
}
