import { Injectable } from '@nestjs/common';
import type { GroupOf } from './variant-group.queries.js';

/** People who opened and who clicked; machines left out. */
export interface Engaged {
  opened: number;
  clicked: number;
}

/** Counts them in a run, by the groups of its audience; a group with none need not be there. */
export type CountEngaged = (runId: number, groupOf: GroupOf) => Promise<ReadonlyMap<number, Engaged>>;

/**
 * What recipients did with the messages of a run. Winners are decided by it, and the table belongs to a module on the right,
 * which hands in how to ask it when it is made; without that module nobody did anything.
 */
@Injectable()
export class EngagedService {
  private count: CountEngaged | null = null;

  /** Makes it known how they are counted; once. */
  tell(count: CountEngaged): void {
    if (this.count) throw new Error('two modules tell who opened and clicked');
    this.count = count;
  }

  async of(runId: number, groupOf: GroupOf): Promise<ReadonlyMap<number, Engaged>> {
    return this.count ? this.count(runId, groupOf) : new Map<number, Engaged>();
  }
}
