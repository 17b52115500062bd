import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AudienceService } from './audience.service.js';
import type { Audience } from './domain/audience.js';
import type { Channel } from './domain/channel.js';
import { withinLimit } from './statement-limit.js';
import { attributesHeld, countGaps, type VariableGaps } from './variable-gaps.queries.js';

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
   * How many contacts with an address on the channel leave each variable (a path, such as `attributes.city`) empty; of the newest of them where counting
   * all takes too long, and null where even that does.
   */
  async of(
    audience: Audience,
    variables: readonly string[],
    channel: Channel,
    now: Date,
  ): Promise<(VariableGaps & { exact: boolean }) | null> {
    const members = this.audience.everyMember(audience, now);
    const paths = variables.map((name) => name.split('.'));
    const all = await withinLimit(this.em, COUNTING_MS, (db) => countGaps(db, members, paths, channel, 'all'));
    if (all) return { ...all, exact: true };
    const some = await withinLimit(this.em, ESTIMATING_MS, (db) => countGaps(db, members, paths, channel, 'newest'));
    return some && { ...some, exact: false };
  }

  /** Which of these attributes any contact of an audience has, of how many; null where looking takes too long. */
  async held(
    audience: Audience,
    names: readonly string[],
    now: Date,
  ): Promise<{ contacts: number; held: string[] } | null> {
    const members = this.audience.everyMember(audience, now);
    const found = await withinLimit(this.em, COUNTING_MS, (db) => attributesHeld(db, members, names));
    return found && { contacts: found.contacts, held: names.filter((_, index) => found.held[index]) };
  }
}
