import { Injectable } from '@nestjs/common';
import type { CreateSegment, UpdateSegment } from '../../audience/segments.dto.js';
import { SegmentsService } from '../../audience/segments.service.js';
import type { CreateCampaign, UpdateCampaign } from '../../campaigns/campaigns.dto.js';
import { CampaignsService } from '../../campaigns/campaigns.service.js';
import type { FieldChange } from './domain/plan.js';
import type { StoredThing } from './stored-code.service.js';

/** Whom a campaign is for, which may be segments that are not there yet. */
const AUDIENCE = ['target_segment', 'include', 'exclude'];

/** Makes, changes and deletes as the API does, in the caller's transaction. `actor` is who is named for it. */
@Injectable()
export class ThingWriter {
  constructor(
    private readonly segments: SegmentsService,
    private readonly campaigns: CampaignsService,
  ) {}

  makeSegment(full: Record<string, unknown>): Promise<number> {
    return this.segments.make(full as unknown as CreateSegment);
  }

  changeSegment({ id, version }: StoredThing, fields: FieldChange[], rule: unknown): Promise<number> {
    const given = { ...valuesOf(fields), ...(fields.some(({ field }) => field === 'rule') ? { rule } : {}) };
    return this.segments.change(id, given as UpdateSegment, version);
  }

  /** Answers its id and, where it starts by itself, when, in words. */
  async makeCampaign(
    full: Record<string, unknown>,
    actor: string,
    start: boolean,
  ): Promise<{ id: number; note: string }> {
    const made = await this.campaigns.create({ ...full, draft: !start } as unknown as CreateCampaign, actor);
    const due = made.next_run_at?.toISOString();
    const note = start ? `starts by itself: ${due} (${made.recurrence_message})` : 'a draft: it waits to be launched';
    return { id: made.id, note };
  }

  /** A campaign for everybody, until its segments are there: nobody sees it before. */
  makeForEverybody(
    full: Record<string, unknown>,
    actor: string,
    start: boolean,
  ): Promise<{ id: number; note: string }> {
    const rest = Object.entries(full).filter(([field]) => !AUDIENCE.includes(field));
    return this.makeCampaign(Object.fromEntries(rest), actor, start);
  }

  async giveAudience(id: number, full: Record<string, unknown>, actor: string): Promise<void> {
    const named = AUDIENCE.flatMap((field) => (full[field] == null ? [] : [[field, full[field]] as const]));
    await this.campaigns.update(id, Object.fromEntries(named) as UpdateCampaign, null, actor);
  }

  async changeCampaign({ id, version }: StoredThing, fields: FieldChange[], actor: string): Promise<void> {
    await this.campaigns.update(id, valuesOf(fields) as UpdateCampaign, version, actor);
  }

  async delete({ kind, id }: StoredThing): Promise<void> {
    await (kind === 'segment' ? this.segments : this.campaigns).delete(id);
  }
}

const valuesOf = (fields: FieldChange[]) => Object.fromEntries(fields.map(({ field, after }) => [field, after]));
