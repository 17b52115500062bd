import { BREAKER_FAILURES, openingsMs, signOf } from '../../domain/breaker.js';
import type { HttpOutcome } from '../../domain/http-reply.js';

/** How long a service that fails again and again is left alone, in milliseconds: longer with every try in between that fails. */
const FAILING_MS = openingsMs(10_000);
/** How long the one message that tries it again is waited for. */
const PROBE_MS = 10_000;
/** No service may stop us for longer than this with one answer. */
const MOST_MS = 60 * 60_000;
/** Services that are remembered; hosts come from outside, and are not worth more memory. */
export const MOST_SERVICES = 1_000;

/** Whether a message may go to its service. */
export interface ServiceTurn {
  /** Milliseconds for which the service is left alone; 0 lets the message go. */
  waitMs: number;
  /** Asked before its first byte: false once the service has come to be left alone meanwhile. */
  holds(): boolean;
}

interface Trouble {
  failures: number;
  /** Whether one message is on its way to try it again. */
  isTried: boolean;
  /** Tries after a wait that failed, one after the other. */
  tries: number;
  /** Epoch milliseconds; 0 as long as it is not left alone. */
  until: number;
  /** Which of all waits its newest is, counted from 1. */
  wait: number;
}

/** Which push services this process leaves alone, because they asked for it or fail: each for itself, as all others go on. */
export class ServiceWaits {
  private readonly services = new Map<string, Trouble>();
  private waits = 0;

  /** The turn of a message to a host. After a wait one message goes alone, until its answer is learnt. */
  turn(host: string, now: number): ServiceTurn {
    const before = this.waits;
    const holds = (): boolean => (this.services.get(host)?.wait ?? 0) <= before;
    const trouble = this.services.get(host);
    const waitMs = trouble ? Math.max(0, trouble.until - now) : 0;
    if (trouble && trouble.until > 0 && waitMs === 0) {
      trouble.until = now + PROBE_MS;
      trouble.isTried = true;
    }
    return { waitMs, holds };
  }

  /** Learns from what became of a try at a host; `now` in epoch milliseconds. */
  learn(host: string, outcome: HttpOutcome, now: number): void {
    const sign = signOf(outcome);
    if (sign === 'nothing') return;
    const known = this.services.get(host) ?? { failures: 0, isTried: false, tries: 0, until: 0, wait: 0 };
    this.services.delete(host);
    if (sign === 'well') return;
    this.services.set(host, this.troubled(known, outcome, now));
    if (this.services.size > MOST_SERVICES) this.services.delete(this.services.keys().next().value!);
  }

  private troubled(known: Trouble, outcome: HttpOutcome, now: number): Trouble {
    const failures = known.failures + 1;
    const asked = outcome.outcome === 'deferred' ? outcome.retryAfterMs : undefined;
    // What was on its way before a wait and fails in it tells nothing new.
    const isNews = known.isTried || (known.until === 0 && failures >= BREAKER_FAILURES);
    if (!asked && !isNews) return { ...known, failures };
    const tries = known.tries + (known.isTried ? 1 : 0);
    const failing = FAILING_MS[Math.min(tries, FAILING_MS.length - 1)]!;
    // Asked for the first time it is taken at its word; one that goes on asking fails.
    const waitMs = Math.min(asked && tries === 0 ? asked : Math.max(asked ?? 0, failing), MOST_MS);
    this.waits += 1;
    return { failures, isTried: false, tries, until: Math.max(known.until, now + waitMs), wait: this.waits };
  }
}
