import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { brokenConstraint } from '../platform/constraint.js';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import type { CreateSegment, SegmentResponse } from './segments.dto.js';
import { alreadyTaken, segmentInUse } from './audience.errors.js';
import { Segment } from './segment.entity.js';

const response = sql`
  s.id, s.name, s.kind, s.description, s.created_at,
  (select count(*) from segment_member m where m.segment_id = s.id) as size`;

/** Named sets of contacts. */
@Injectable()
export class SegmentsService {
  constructor(private readonly em: EntityManager) {}

  /** Throws SEGMENT_EXISTS where the name is taken. */
  async create(input: CreateSegment): Promise<SegmentResponse> {
    try {
      const segment = await this.em.transactional(async (em) => {
        const created = em.create(Segment, { name: input.name, description: input.description ?? null });
        await em.flush();
        return created;
      });
      return this.get(segment.id);
    } catch (error) {
      throw brokenConstraint(error) === 'segment_name_unique' ? alreadyTaken('segment', 'name') : error;
    }
  }

  async get(id: number): Promise<SegmentResponse> {
    const { rows } = await sql<SegmentResponse>`select ${response} from segment s where s.id = ${id}`.execute(
      this.em.getKysely(),
    );
    if (!rows[0]) throw notFound('segment', id);
    return rows[0];
  }

  async list(query: PageQuery): Promise<Page<SegmentResponse>> {
    const { rows } = await sql<SegmentResponse>`
      select ${response} from segment s where s.id > ${decodeCursor(query.cursor) ?? 0}
      order by s.id limit ${query.limit + 1}`.execute(this.em.getKysely());
    return Page.cut(rows, query.limit, (segment) => segment.id);
  }

  /** Deletes a segment and its memberships, not its contacts. Throws SEGMENT_IN_USE while a campaign aims at it. */
  async delete(id: number): Promise<void> {
    const { name } = await this.get(id);
    try {
      await this.em.fork().nativeDelete(Segment, { id });
    } catch (error) {
      throw brokenConstraint(error) === 'campaign_target_segment_id_foreign' ? segmentInUse(name) : error;
    }
  }
}
