import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { networkOf } from '../platform/network-of.js';
import { currentRequestId } from '../platform/request-id.js';
import { AuditService } from './audit.service.js';
import { isTelling, noRefusals, type Refusals } from './domain/refusals.js';
import { SignInPatience } from './sign-in-patience.js';

const HOUR_MS = 3_600_000;

/** Whoever else is refused within the hour is counted as one. */
const MOST_CALLERS = 20;
const OTHERS = 'elsewhere';

/** What a proxy tells as an address need be none. */
const LONGEST_ADDRESS = 100;

/**
 * Tries to give a password or a link, and their failures in the audit log: for each caller and hour the first, the first that was held off,
 * and each tenfold with the count so far, so that a process appends some 170 entries an hour whatever guesses at it.
 */
@Injectable()
export class SignInTries {
  private readonly refusals = new Map<string, Refusals>();

  constructor(
    private readonly patience: SignInPatience,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Before a password is looked at, which then succeeds or fails. Throws TOO_MANY_SIGN_INS while none is. */
  async begin(address: string, account: string): Promise<void> {
    try {
      this.patience.attempt(address, account);
    } catch (error) {
      await this.note(address, null, true);
      throw error;
    }
  }

  /** It was wrong; of whom, or null where there is no such user. */
  fail(address: string, userId: number | null): Promise<void> {
    return this.note(address, userId, false);
  }

  /** It was right. */
  succeed(address: string, account: string): void {
    this.patience.forgive(address, account);
  }

  private async note(address: string, userId: number | null, heldOff: boolean): Promise<void> {
    const [from, refusals] = this.refusalsOf(networkOf(address).slice(0, LONGEST_ADDRESS));
    refusals.tries += 1;
    if (heldOff) refusals.heldOff += 1;
    if (userId !== null) refusals.users.add(userId);
    if (!isTelling(refusals, heldOff)) return;
    const { since, tries, heldOff: held_off, users } = refusals;
    const details = { from, since: new Date(since).toISOString(), tries, held_off, users: [...users] };
    await this.audit.record(
      { kind: 'system', id: null, name: 'sign-in' },
      { action: 'session.refused', target: 'session', requestId: currentRequestId() ?? null, details },
    );
  }

  private refusalsOf(network: string): [string, Refusals] {
    const now = this.clock.now().getTime();
    for (const [caller, { since }] of this.refusals) if (since <= now - HOUR_MS) this.refusals.delete(caller);
    const from = this.refusals.has(network) || this.refusals.size < MOST_CALLERS ? network : OTHERS;
    const known = this.refusals.get(from) ?? noRefusals(now);
    this.refusals.set(from, known);
    return [from, known];
  }
}
