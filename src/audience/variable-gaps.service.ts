import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AudienceService } from './audience.service.js';
import type { Audience } from './domain/audience.js';
import { withinLimit } from './statement-limit.js';
import { countGaps, type VariableGaps } from './variable-gaps.queries.js';

/** How long counting may take before it is estimated, and how long an estimate may, in milliseconds. */
const COUNTING_MS = 2_000;
const ESTIMATING_MS = 1_000;

/** What is not known of the contacts of an audience. */
@Injectable()
export class VariableGapsService {
  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
  ) {}

  /**
   * How many contacts leave each variable (a path, such as `attributes.city`) empty; of the newest of them where counting
   * all takes too long, and null where even that does.
   */
  async of(
    audience: Audience,
    variables: readonly string[],
    now: Date,
  ): Promise<(VariableGaps & { exact: boolean }) | null> {
    const members = this.audience.everyMember(audience, now);
    const paths = variables.map((name) => name.split('.'));
    const all = await withinLimit(this.em, COUNTING_MS, (db) => countGaps(db, members, paths, 'all'));
    if (all) return { ...all, exact: true };
    const some = await withinLimit(this.em, ESTIMATING_MS, (db) => countGaps(db, members, paths, 'newest'));
    return some && { ...some, exact: false };
  }
}
