import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { CampanileError } from '../platform/errors.js';
import type { Principal } from './domain/principal.js';

/** How long who was found good is trusted without asking the database again: so long a revocation may take elsewhere. */
const TRUST_MS = 5_000;

/** More than any installation has at a time; beyond it everything is asked for anew. */
const MOST = 10_000;

/** Who was found, and until when what they presented is good; null for no end. */
export interface Found extends Principal {
  endsAt: Date | null;
  /** Whether it is good from this address; left out where it is from anywhere. */
  admits?: (address: string) => boolean;
}

/** The keys and sessions that this process found good lately. */
@Injectable()
export class TrustedCallers {
  private readonly known = new Map<string, { found: Found; until: number }>();
  /** Grows with every revocation: what was asked before one must not be trusted after it. */
  private generation = 0;

  constructor(private readonly clock: Clock) {}

  /**
   * Who has the secret with this hash and presents it from this address: as trusted, or as `look` finds and the database has
   * it. Why somebody is refused is told and not kept: who is let in is looked up anew, and counts as having used it.
   */
  async find<Refusal extends CampanileError>(
    hash: string,
    address: string,
    look: () => Promise<Found | Refusal | null>,
  ): Promise<Principal | Refusal | null> {
    const trusted = this.known.get(hash);
    if (trusted && trusted.until > performance.now() && this.isGood(trusted.found, address)) return trusted.found;
    const [asked, until] = [this.generation, performance.now() + TRUST_MS];
    const found = await look();
    if (found === null || found instanceof CampanileError || asked !== this.generation) return found;
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(hash, { found, until });
    return found;
  }

  /** Trusts nobody any more. Called while the row is locked whose key or session ends: who asks now waits for the end. */
  forget(): void {
    this.generation += 1;
    this.known.clear();
  }

  private isGood({ endsAt, admits }: Found, address: string): boolean {
    return (endsAt === null || endsAt > this.clock.now()) && (admits === undefined || admits(address));
  }
}
