import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import { unknownSegments } from './audience.errors.js';
import { lastMember, members, membersWithZone, recipients, segmentIds } from './audience.queries.js';
import type { Channel } from './domain/channel.js';
import type { Recipient } from './domain/recipient.js';
import { type Reach, reach, sampleOf } from './reach.queries.js';

/** What the audience answers to the rest of the product: who belongs to a segment, and who can be reached right now. */
@Injectable()
export class AudienceService {
  constructor(private readonly em: EntityManager) {}

  /** The id of the segment a campaign names; null means everyone. Throws UNKNOWN_SEGMENT. */
  async targetSegment(name: string | null): Promise<number | null> {
    if (name === null) return null;
    const id = (await segmentIds(this.em.getKysely(), [name])).get(name);
    if (id === undefined) throw unknownSegments([name], '/target_segment');
    return id;
  }

  /** The end of an audience's id range at this moment; later contacts do not join a run that has begun. */
  lastMember(segmentId: number | null): Promise<number> {
    return lastMember(this.em.getKysely(), segmentId);
  }

  /** How many contacts an audience has at this moment, and who of them could not be sent to. */
  reach(segmentId: number | null, channel: Channel): Promise<Reach> {
    return reach(this.em.getKysely(), segmentId, channel);
  }

  /** Contacts of an audience, the newest first, with every field a template may use. */
  sample(segmentId: number | null, channel: Channel, limit: number): Promise<Recipient[]> {
    return sampleOf(this.em.getKysely(), segmentId, channel, limit);
  }

  /** The contacts with ids in (after, through] as a relation to freeze. */
  members(segmentId: number | null, after: number, through: number): RawBuilder<unknown> {
    return members(segmentId, after, through);
  }

  /** The same with their time zones. */
  membersWithZone(segmentId: number | null, after: number, through: number): RawBuilder<unknown> {
    return membersWithZone(segmentId, after, through);
  }

  /** These contacts as they are now, on a channel: a relation of RecipientRow columns and `position` to join. */
  readonly recipients = recipients;
}
