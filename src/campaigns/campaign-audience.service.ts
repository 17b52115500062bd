import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import { AudienceService } from '../audience/audience.service.js';
import { AudienceUsesService } from '../audience/audience-uses.service.js';
import type { Audience } from '../audience/domain/audience.js';
import type { Campaign } from './campaign.entity.js';
import { campaignsAimedAt, replaceSegments, segmentsOfCampaigns } from './campaign-audience.queries.js';
import type { OpeningAudience } from './campaigns.queries.js';

/** The segments of a campaign by their ids. */
export interface CampaignSegments {
  target: number | null;
  include: number[];
  exclude: number[];
}

/** The same by their names, as the API has them. */
export interface SegmentsByName {
  target_segment: string | null;
  include: string[] | null;
  exclude: string[];
}

/** Whom campaigns are for. */
@Injectable()
export class CampaignAudienceService {
  constructor(
    private readonly em: EntityManager,
    private readonly audience: AudienceService,
    uses: AudienceUsesService,
  ) {
    uses.tell(async (segmentIds) =>
      (await campaignsAimedAt(this.em.getKysely(), segmentIds)).map(({ name, segments }) => ({
        what: `the campaign "${name}"`,
        segments,
      })),
    );
  }

  /** The ids of named segments. Throws UNKNOWN_SEGMENT. */
  async resolve({ target_segment, include, exclude }: SegmentsByName): Promise<CampaignSegments> {
    const [target = null] = await this.audience.segmentIds(
      target_segment === null ? [] : [target_segment],
      '/target_segment',
    );
    return {
      target,
      include: await this.audience.segmentIds(include ?? [], '/include'),
      exclude: await this.audience.segmentIds(exclude, '/exclude'),
    };
  }

  /**
   * Gives a campaign that is in the database, and locked, these segments; its target it has already. Throws INVALID_CAMPAIGN
   * where they are too many conditions to be asked together.
   */
  async keep(campaignId: number, { target, include, exclude }: CampaignSegments): Promise<void> {
    await replaceSegments(this.em.getKysely(), campaignId, { include, exclude });
    const meant =
      target === null ? { pointer: '/include', segments: include } : { pointer: '/target_segment', segments: [target] };
    if (meant.segments.length + exclude.length > 0)
      await this.audience.requireAskable('INVALID_CAMPAIGN', [meant, { pointer: '/exclude', segments: exclude }]);
  }

  /** What the API calls the segments of campaigns, by campaign id. */
  async namesOf(campaigns: Campaign[]): Promise<Map<number, SegmentsByName>> {
    const segments = await this.segmentsOf(campaigns);
    const ids = [...segments.values()].flatMap(({ target, include, exclude }) => [
      ...include,
      ...exclude,
      target ?? [],
    ]);
    const names = await this.audience.segmentNames([...new Set(ids.flat())]);
    const named = (list: number[]) => list.map((id) => names.get(id)!);
    return new Map(
      [...segments].map(([id, { target, include, exclude }]) => [
        id,
        {
          target_segment: target === null ? null : names.get(target)!,
          include: include.length > 0 ? named(include) : null,
          exclude: named(exclude),
        },
      ]),
    );
  }

  /** Whom a campaign is for at this moment, with the rules of its segments. */
  async of(campaign: Campaign): Promise<Audience> {
    return this.audience.define(audienceOf(campaign, (await this.segmentsOf([campaign])).get(campaign.id)!));
  }

  /** The contacts whom a campaign is for, as a relation with the column `contact_id`; its rules as they are at `now`. */
  async everyMember(campaign: Campaign, now: Date): Promise<RawBuilder<unknown>> {
    return this.audience.everyMember(await this.of(campaign), now);
  }

  /** Whom the runs of these campaigns are for that open now, by campaign id; asked once for all that are for the same. */
  async atOpening(campaigns: Campaign[]): Promise<Map<number, OpeningAudience>> {
    const segments = await this.segmentsOf(campaigns);
    const known = new Map<string, OpeningAudience>();
    const audiences = new Map<number, OpeningAudience>();
    for (const campaign of campaigns) {
      const wanted = audienceOf(campaign, segments.get(campaign.id)!);
      const key = JSON.stringify(wanted);
      const found = known.get(key) ?? (await this.openingFor(wanted));
      known.set(key, found);
      audiences.set(campaign.id, found);
    }
    return audiences;
  }

  private async openingFor(wanted: Omit<Audience, 'segments'>): Promise<OpeningAudience> {
    const audience = await this.audience.define(wanted);
    return { audience, through: await this.audience.lastMember(audience) };
  }

  private async segmentsOf(campaigns: Campaign[]): Promise<Map<number, CampaignSegments>> {
    const rows = await segmentsOfCampaigns(
      this.em.getKysely(),
      campaigns.map(({ id }) => id),
    );
    return new Map(
      campaigns.map(({ id, targetSegment }) => {
        const those = rows.filter(({ campaign }) => campaign === id);
        const as = (role: string) => those.flatMap((row) => (row.role === role ? row.segment : []));
        return [id, { target: targetSegment ?? null, include: as('include'), exclude: as('exclude') }];
      }),
    );
  }
}

/** Whom a campaign with these segments is for. */
function audienceOf(campaign: Campaign, { target, include, exclude }: CampaignSegments): Omit<Audience, 'segments'> {
  return {
    include: target !== null ? [target] : include.length > 0 ? include : null,
    exclude,
    newTo: campaign.onlyNew ? campaign.id : null,
  };
}
