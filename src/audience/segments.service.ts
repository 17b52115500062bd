import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/constraint.js';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { isDeadlock, throughCollisions } from '../platform/patience.js';
import { requireVersion } from '../platform/version.js';
import { ContactSearchService } from './contact-search.service.js';
import type { CreateSegment, PreviewResponse, PreviewSegment, SegmentResponse, UpdateSegment } from './segments.dto.js';
import { alreadyTaken, notByRule, segmentInUse } from './audience.errors.js';
import { Segment } from './segment.entity.js';
import { SegmentRules } from './segment-rules.js';
import { COUNT_LIMIT_MS, SegmentSizes, type Size } from './segment-sizes.js';
import { findSegment, listSegments, lockSegments, type SegmentRow } from './segments.queries.js';

const SAMPLE = 10;

/** What keeps a segment from being deleted: campaigns that aim at it, rules that name it. */
const USES = [
  'campaign_target_segment_id_foreign',
  'campaign_segment_segment_id_foreign',
  'segment_reference_refers_to_id_foreign',
];

/** A segment as it was made. */
export type WrittenSegment = Pick<SegmentResponse, 'id' | 'name' | 'description' | 'rule' | 'version'>;

/** Named sets of contacts. */
@Injectable()
export class SegmentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly rules: SegmentRules,
    private readonly sizes: SegmentSizes,
    private readonly search: ContactSearchService,
    private readonly clock: Clock,
  ) {}

  /** Throws SEGMENT_EXISTS where the name is taken, INVALID_RULE or UNKNOWN_SEGMENT. */
  async create(input: CreateSegment): Promise<SegmentResponse> {
    return this.get(await this.make(input));
  }

  /** As `create`, in the caller's transaction and without looking how large it is; answers its id. */
  make({ name, description = null, rule: json }: CreateSegment): Promise<number> {
    return this.write(async (em) => {
      const rule = json === undefined ? null : await this.rules.read(json);
      const segment = em.create(Segment, { name, description, rule, kind: rule ? 'rule' : 'static' });
      await em.flush();
      if (rule) await this.rules.keep(segment.id, rule);
      return segment.id;
    });
  }

  /**
   * Changes the given fields. Throws SEGMENT_NOT_FOUND, SEGMENT_EXISTS, VERSION_MISMATCH, INVALID_RULE, UNKNOWN_SEGMENT, or
   * SEGMENT_NOT_BY_RULE for the rule of a static one.
   */
  async update(id: number, input: UpdateSegment, version: number | null): Promise<SegmentResponse> {
    return this.get(await this.change(id, input, version));
  }

  /** As `update`, in the caller's transaction and without looking how large it is; answers its id. */
  change(id: number, input: UpdateSegment, version: number | null): Promise<number> {
    return this.write(async (em) => {
      if (input.name === undefined) await lockSegments(em.getKysely(), [id]);
      // A name may be referred to, so that changing it needs the lock that holds up whoever names the segment.
      const how = input.name === undefined ? { refresh: true } : { lockMode: LockMode.PESSIMISTIC_WRITE };
      const segment = await em.findOne(Segment, { id }, how);
      if (!segment) throw notFound('segment', id);
      requireVersion(segment.version, version);
      if (input.rule !== undefined) {
        if (segment.kind !== 'rule') throw notByRule(segment.name);
        segment.rule = await this.rules.read(input.rule);
        await this.rules.keep(id, segment.rule);
      }
      if (input.name !== undefined) segment.name = input.name;
      if (input.description !== undefined) segment.description = input.description;
      segment.updatedAt = this.clock.now();
      await em.flush();
      return id;
    });
  }

  async get(id: number): Promise<SegmentResponse> {
    const segment = await findSegment(this.em.getKysely(), id);
    if (!segment) throw notFound('segment', id);
    const size = segment.rule ? await this.sizes.of(segment.rule) : membersOf(segment);
    return (await this.shown([segment], () => size))[0]!;
  }

  /** In the order they were made; the sizes of rules are estimates where contacts are many. */
  async list(query: PageQuery): Promise<Page<SegmentResponse>> {
    const rows = await listSegments(this.em.getKysely(), decodeCursor(query.cursor) ?? 0, query.limit);
    const byRule = rows.filter(({ rule }) => rule !== null);
    const sizes = await this.sizes.estimates(byRule.map(({ rule }) => rule!));
    const shown = await this.shown(rows, (row) => sizes[byRule.indexOf(row)] ?? membersOf(row));
    return Page.cut(shown, query.limit, (segment) => segment.id);
  }

  /** Holds segments for a transaction that will change several: before it changes the first, and after its campaigns. */
  async hold(ids: number[]): Promise<void> {
    await lockSegments(this.em.getKysely(), ids);
  }

  /** Every segment as it was made, in the order they were; nobody counts who is in them. */
  async written(): Promise<WrittenSegment[]> {
    const rows = await listSegments(this.em.getKysely(), 0, 1_000_000);
    const rules = await this.rules.shown(rows.map(({ rule }) => rule));
    return rows.map(({ id, name, description, version }, index) => {
      const rule = rules[index] as Record<string, unknown> | null;
      return { id, name, description, rule, version };
    });
  }

  /** Who would be in a segment with this rule. Throws INVALID_RULE or UNKNOWN_SEGMENT. */
  async preview({ rule: json, time_limit_ms }: PreviewSegment): Promise<PreviewResponse> {
    const limit = time_limit_ms ?? COUNT_LIMIT_MS;
    const rule = await this.rules.read(json);
    const { size, exact, ids } = await this.sizes.look(rule, SAMPLE, limit);
    const sample = await this.search.those(ids);
    return { count: exact ? size : null, estimate: exact ? null : size, sample };
  }

  /** Deletes a segment and its memberships, not its contacts. Throws SEGMENT_IN_USE while campaigns or rules name it. */
  async delete(id: number): Promise<void> {
    const segment = await findSegment(this.em.getKysely(), id);
    if (!segment) throw notFound('segment', id);
    try {
      await throughCollisions(() => this.em.transactional((em) => em.nativeDelete(Segment, { id })));
    } catch (error) {
      throw USES.includes(brokenConstraint(error)!) ? segmentInUse(segment.name) : error;
    }
  }

  /** Begins again where another change of segments came between, be it that one is gone which a rule names: reading it says so. */
  private async write(work: (em: EntityManager) => Promise<number>): Promise<number> {
    const collided = (error: unknown) =>
      isDeadlock(error) || brokenConstraint(error) === 'segment_reference_refers_to_id_foreign';
    try {
      return await throughCollisions(() => this.em.transactional(work), collided);
    } catch (error) {
      throw brokenConstraint(error) === 'segment_name_unique' ? alreadyTaken('segment', 'name') : error;
    }
  }

  private async shown(rows: SegmentRow[], sizeOf: (row: SegmentRow) => Size): Promise<SegmentResponse[]> {
    const rules = await this.rules.shown(rows.map(({ rule }) => rule));
    return rows.map((row, index) => {
      const { members: _, ...segment } = row;
      const { size, exact } = sizeOf(row);
      const rule = rules[index] as Record<string, unknown> | null;
      return { ...segment, rule, size, size_is: size === null ? 'unknown' : exact ? 'exact' : 'estimate' };
    });
  }
}

const membersOf = ({ members }: SegmentRow): Size => ({ size: members, exact: true });
