import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { TooMany } from '../platform/errors.js';
import { type Patience, waitAfter } from './domain/guessing.js';
import { networkOf } from '../platform/network-of.js';

const MINUTE_MS = 60_000;

/** Somebody who mistypes; a machine that guesses at one account, or at many; a guess at one account from everywhere. */
const ONE: Patience = { free: 5, longestMs: 15 * MINUTE_MS };
const ADDRESS: Patience = { free: 20, longestMs: 15 * MINUTE_MS };
/** Short: else anybody could lock anybody out. */
const ACCOUNT: Patience = { free: 50, longestMs: 30_000 };

/** After so long without a failure all is forgiven. */
const FORGIVEN_MS = 60 * MINUTE_MS;
const MOST = 20_000;

/** So long an account counts as at home where somebody signed in to it. */
const AT_HOME_MS = 30 * 24 * 60 * MINUTE_MS;

interface Failures {
  count: number;
  until: number;
  last: number;
}

/**
 * Slows down whoever guesses passwords, by address (of IPv6 by network), by account and by both; in memory, each process for
 * itself. From where somebody signed in to an account lately, what others guess at it from elsewhere keeps nobody out.
 */
@Injectable()
export class SignInPatience {
  private readonly failures = new Map<string, Failures>();
  /** By address and account, when somebody last signed in. */
  private readonly homes = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /**
   * Counts a try as a failure until `forgive`: a thousand at the same moment are a thousand tries. Throws
   * TOO_MANY_SIGN_INS while none is allowed; that one costs nothing more.
   */
  attempt(address: string, account: string): void {
    const now = this.clock.now().getTime();
    const kept = this.kept(address, account);
    const wait = Math.max(...kept.map(([key]) => (this.failures.get(key)?.until ?? 0) - now));
    if (wait > 0) throw new TooMany('TOO_MANY_SIGN_INS', Math.ceil(wait / 1000));
    for (const [key, patience] of kept) this.count(key, patience, now);
  }

  /**
   * The password was right: what was counted against this account from there was mistyped. Of the rest only this try is
   * taken back, or whoever has one account could guess at others without end.
   */
  forgive(address: string, account: string): void {
    const [[own], ...others] = this.kept(address, account);
    this.failures.delete(own);
    this.homes.delete(own);
    this.homes.set(own, this.clock.now().getTime());
    if (this.homes.size > MOST) this.homes.delete(this.homes.keys().next().value!);
    for (const [key] of others) {
      const before = this.failures.get(key);
      if (before) Object.assign(before, { count: before.count - 1, until: 0 });
    }
  }

  private kept(told: string, account: string): [[string, Patience], ...[string, Patience][]] {
    const address = networkOf(told);
    const own = `${address} ${account}`;
    const isHome = this.clock.now().getTime() - (this.homes.get(own) ?? -Infinity) < AT_HOME_MS;
    const all: [string, Patience][] = isHome ? [] : [[`at ${account}`, ACCOUNT]];
    return [[own, ONE], [`from ${address}`, ADDRESS], ...all];
  }

  private count(key: string, patience: Patience, now: number): void {
    const before = this.failures.get(key);
    const count = before && before.last > now - FORGIVEN_MS ? before.count + 1 : 1;
    // Put in anew, so that the one that goes first is the one that was quiet longest.
    this.failures.delete(key);
    this.failures.set(key, { count, until: now + waitAfter(count, patience), last: now });
    if (this.failures.size > MOST) this.failures.delete(this.failures.keys().next().value!);
  }
}
