import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Gathering } from '../platform/gathering.js';
import { claimBatches, type ClaimedBatch, type Lease, type Turn } from './batch.queries.js';
import { renewLeases } from './lease.queries.js';
import type { BatchCursor } from './record.queries.js';

/** Lanes that claim in one statement. */
const TOGETHER = 16;

/** Who claims, and whose turn it is. */
interface Claim {
  lease: Lease;
  turn: Turn;
}

/** Gets batches leased, for several lanes in one statement, and keeps them so. */
@Injectable()
export class BatchLeases {
  private readonly claims = new Gathering((group: Claim[]) => this.claimAll(group), TOGETHER);

  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** A batch, leased; undefined where nothing is ready. Only claims that may take a batch of any run go together. */
  async claim(lease: Lease, turn: Turn): Promise<ClaimedBatch | undefined> {
    if (turn.only === null && turn.except.length === 0) return this.claims.ask({ lease, turn });
    return (await this.claimUpTo(1, { lease, turn }))[0];
  }

  /**
   * Extends the leases of these batches; answers those that still are ours. One by one: whoever holds one row while it waits
   * for the next may meet a record that does the same the other way round.
   */
  async renew(lease: Lease, batches: BatchCursor[]): Promise<Pick<BatchCursor, 'runId' | 'seq' | 'epoch'>[]> {
    const renewed: Pick<BatchCursor, 'runId' | 'seq' | 'epoch'>[] = [];
    for (const batch of batches)
      renewed.push(...(await renewLeases(this.em.getKysely(), this.clock.sql(), lease, [batch])));
    return renewed;
  }

  /** One for each, in the order of the runs' turns; asked until nothing is ready, since a run may have less than its share. */
  private async claimAll(group: Claim[]): Promise<(ClaimedBatch | undefined)[]> {
    const claimed: ClaimedBatch[] = [];
    for (let more = 1; more > 0 && claimed.length < group.length;) {
      const asking = this.claimUpTo(group.length - claimed.length, group[0]!);
      // What was leased before must come into somebody's hands, or it lies idle until its lease runs out.
      const batches = await (claimed.length > 0 ? asking.catch(() => []) : asking);
      more = batches.length;
      claimed.push(...batches);
    }
    const { afterRun } = group[0]!.turn;
    const again = ({ runId }: ClaimedBatch) => Number(runId <= afterRun);
    claimed.sort((one, other) => again(one) - again(other) || one.runId - other.runId);
    return group.map((_, index) => claimed[index]);
  }

  private claimUpTo(limit: number, { lease, turn }: Claim): Promise<ClaimedBatch[]> {
    return claimBatches(this.em.getKysely(), this.clock.sql(), lease, turn, limit);
  }
}
