import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import type { Principal } from './domain/principal.js';

/** How long who was found good is trusted without asking the database again: so long a revocation may take elsewhere. */
const TRUST_MS = 5_000;

/** More than any installation has at a time; beyond it everything is asked for anew. */
const MOST = 10_000;

/** Who was found, and until when what they presented is good; null for no end. */
export interface Found extends Principal {
  endsAt: Date | null;
}

/** The keys and sessions that this process found good lately. */
@Injectable()
export class TrustedCallers {
  private readonly known = new Map<string, { found: Found; until: number }>();
  /** Grows with every revocation: what was asked before one must not be trusted after it. */
  private generation = 0;

  constructor(private readonly clock: Clock) {}

  /** Who has the secret with this hash: as trusted, or as `look` finds and the database has it. */
  async find(hash: string, look: () => Promise<Found | null>): Promise<Principal | null> {
    const trusted = this.known.get(hash);
    if (trusted && trusted.until > performance.now() && !this.isOver(trusted.found)) return trusted.found;
    const [asked, until] = [this.generation, performance.now() + TRUST_MS];
    const found = await look();
    if (found === null || asked !== this.generation) return found;
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(hash, { found, until });
    return found;
  }

  /** Trusts nobody any more. Called while the row is locked whose key or session ends: who asks now waits for the end. */
  forget(): void {
    this.generation += 1;
    this.known.clear();
  }

  private isOver({ endsAt }: Found): boolean {
    return endsAt !== null && endsAt <= this.clock.now();
  }
}
