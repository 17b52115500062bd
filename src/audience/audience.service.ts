import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { unknownSegments } from './audience.errors.js';
import { heldSegmentIds, recipients } from './audience.queries.js';
import { ContactWriting } from './contact-writing.js';
import { ALL_IDS, ContactFactsService, type IdRange } from './contact-facts.service.js';
import { type Audience, type Standing, standings, worldOf } from './domain/audience.js';
import type { Channel } from './domain/channel.js';
import type { ContactField, MessageKind, Recipient } from './domain/recipient.js';
import { type AudienceQuestion, isPlain, lastMember, members, sliceEnd } from './members.queries.js';
import { type Reach, reach, sampleOf } from './reach.queries.js';
import { ruleSubject } from './rule-subject.queries.js';
import { SegmentRules } from './segment-rules.js';
import { segmentNames, segmentsNamed } from './segments.queries.js';

/** Contacts with ids up to `through`, as a relation to freeze; `through` may be less than what was asked for. */
export interface AudienceSlice {
  members: RawBuilder<unknown>;
  through: number;
  /** Whether the relation reads the same for every such audience but for its values. */
  plain: boolean;
}

/** What decides who of an audience may be sent to. */
export interface Addressing {
  channel: Channel;
  kind: MessageKind;
}

/** What the audience answers to the rest of the product: who belongs, and who can be reached right now. */
@Injectable()
export class AudienceService {
  constructor(
    private readonly em: EntityManager,
    private readonly facts: ContactFactsService,
    private readonly writing: ContactWriting,
    private readonly rules: SegmentRules,
  ) {}

  /**
   * The ids of segments, in the order of their names; within a transaction none of them goes before it ends. Throws
   * UNKNOWN_SEGMENT; `pointer` is where they were named.
   */
  async segmentIds(names: string[], pointer: string): Promise<number[]> {
    if (names.length === 0) return [];
    const ids = await heldSegmentIds(this.em.getKysely(), names);
    const unknown = names.filter((name) => !ids.has(name));
    if (unknown.length > 0) throw unknownSegments(unknown, pointer);
    return names.map((name) => ids.get(name)!);
  }

  /**
   * Makes sure that segments, which the caller's transaction has written down already, can be asked together. Throws `code`
   * with a pointer to the list by which it is too much.
   */
  requireAskable(code: string, lists: { pointer: string; segments: number[] }[]): Promise<void> {
    return this.rules.requireAskable(code, lists);
  }

  /** The present names of segments. */
  segmentNames(ids: number[]): Promise<Map<number, string>> {
    return segmentNames(this.em.getKysely(), ids);
  }

  /** An audience by its segments, with the rules that they have at this moment. */
  async define({ include, exclude, newTo }: Omit<Audience, 'segments'>): Promise<Audience> {
    const named = [...(include ?? []), ...exclude];
    const segments = named.length === 0 ? [] : await segmentsNamed(this.em.getKysely(), named);
    return { include, exclude, newTo, segments };
  }

  /** The end of an audience's id range at this moment; later contacts do not join a run that has begun. */
  lastMember(audience: Audience): Promise<number> {
    return lastMember(this.em.getKysely(), audience);
  }

  /**
   * How many contacts an audience has at a moment, and who of them would not be sent to. `capped`: those who have had
   * enough, as a relation with the column `contact_id`; null where no cap is set.
   */
  reach(audience: Audience, message: Addressing, now: Date, capped: RawBuilder<unknown> | null): Promise<Reach> {
    return reach(this.em.getKysely(), this.everyMember(audience, now), this.recipientsBy(message), capped);
  }

  /** Contacts of an audience, the newest first, with every field a template may use. */
  sample(audience: Audience, message: Addressing, now: Date, limit: number): Promise<Recipient[]> {
    return sampleOf(this.em.getKysely(), this.everyMember(audience, now), this.recipientsBy(message), limit);
  }

  /** The next contacts of an audience in a range of ids, with their time zones if wanted; its rules as they are at `now`. */
  slice(audience: Audience, now: Date, ids: IdRange, wanted: 'ids' | 'zones'): AudienceSlice {
    const through = sliceEnd(audience, ids);
    const range = { after: ids.after, through };
    return { members: members(this.asking(audience, now), range, wanted), through, plain: isPlain(audience) };
  }

  /** All contacts of an audience, as a relation with the column `contact_id`. */
  everyMember(audience: Audience, now: Date): RawBuilder<unknown> {
    return members(this.asking(audience, now), ALL_IDS);
  }

  /** How a contact as it is now stands to the segments of an audience, whose rules are read as at `at`. */
  async standings(
    audience: Audience,
    contactId: number,
    at: Date,
  ): Promise<{ include: Standing[] | null; exclude: Standing[] }> {
    const { include, exclude } = audience;
    const db = this.em.getKysely();
    const subject = await ruleSubject(db, contactId, this.asking(audience, at));
    const present = await segmentNames(db, [...(include ?? []), ...exclude]);
    const unknown = (id: number) => ({ segment: present.get(id) ?? `${id}`, belongs: null, because: null });
    const seen = { world: worldOf(audience, at), present };
    const of = (ids: number[]) => (subject ? standings(audience, ids, { ...seen, subject }) : ids.map(unknown));
    return { include: include && of(include), exclude: of(exclude) };
  }

  /** These contacts as they are now, on a channel: a relation of RecipientRow columns to join by `contact_id`. */
  readonly recipients = (
    contactIds: RawBuilder<number[]>,
    by: { channel: RawBuilder<Channel>; kind: RawBuilder<MessageKind> },
    fields: readonly ContactField[],
  ): RawBuilder<unknown> => recipients(contactIds, by, fields, this.writing.key());

  private recipientsBy({ channel, kind }: Addressing) {
    const by = { channel: sql<Channel>`${channel}::text`, kind: sql<MessageKind>`${kind}::text` };
    return (contactIds: RawBuilder<number[]>, fields: readonly ContactField[]) =>
      this.recipients(contactIds, by, fields);
  }

  private asking(audience: Audience, now: Date): AudienceQuestion {
    return { audience, now, facts: this.facts };
  }
}
