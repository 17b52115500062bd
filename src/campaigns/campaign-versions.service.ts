import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import type { CampaignResponse } from './campaign-response.dto.js';
import { shownVariants } from './campaign-variants.js';
import { CampaignVersion } from './campaign-version.entity.js';
import type { VersionChange, VersionDiffResponse, VersionResponse, VersionSummary } from './campaign-versions.dto.js';
import { listVersions } from './campaign-versions.queries.js';
import { CampaignsService } from './campaigns.service.js';
import { CONTENT_FIELDS } from './domain/content-fields.js';

/** How long two texts may be compared, in milliseconds: it grows with the square of what differs. */
const COMPARING_MS = 250;

/** What campaigns said before, and how that differs. */
@Injectable()
export class CampaignVersionsService {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
  ) {}

  /** Newest first. */
  async list(campaignId: number, query: PageQuery): Promise<Page<VersionSummary>> {
    await this.campaigns.plan(campaignId);
    const before = decodeCursor(query.cursor) ?? 2_147_483_647;
    const rows = await listVersions(this.em.getKysely(), campaignId, before, query.limit);
    return Page.cut(rows, query.limit, ({ number }) => number);
  }

  /** Throws CAMPAIGN_NOT_FOUND or VERSION_NOT_FOUND. */
  async get(campaignId: number, number: number): Promise<VersionResponse> {
    await this.campaigns.plan(campaignId);
    const version = await this.em.fork().findOne(CampaignVersion, { campaign: campaignId, number });
    if (!version) throw notFound('version', number);
    const { channel, subject = null, message, format, kind, footer, preheader = null } = version;
    const { replyTo = null, sender = null, text = null, headers = null, variants = null } = version;
    const { url = null, icon = null, tracking = null } = version;
    const { createdAt, createdBy = null } = version;
    return {
      ...{ number, channel, subject, message, format, kind, footer, preheader },
      ...{ reply_to: replyTo, sender, text, headers, url, icon, tracking, variants: shownVariants(variants) },
      ...{ created_at: createdAt, created_by: createdBy },
    };
  }

  async diff(campaignId: number, from: number, to: number): Promise<VersionDiffResponse> {
    const [before, after] = [await this.get(campaignId, from), await this.get(campaignId, to)];
    // Loaded with the first comparison: it takes megabytes.
    const { createTwoFilesPatch } = await import('diff');
    const changes = CONTENT_FIELDS.flatMap((field): VersionChange[] => {
      const values = { from: before[field], to: after[field] };
      if (JSON.stringify(values.from) === JSON.stringify(values.to)) return [];
      const texts = [values.from ?? '', values.to ?? ''];
      if (!texts.every((text) => typeof text === 'string')) return [{ field, ...values, patch: null }];
      const [old, present] = texts as [string, string];
      const limits = { timeout: COMPARING_MS };
      const patch = createTwoFilesPatch(`${from}`, `${to}`, old, present, undefined, undefined, limits);
      return [{ field, ...values, patch: patch?.replace(/^=+\n/, '') ?? null }];
    });
    return { from, to, changes };
  }

  /** Lets the campaign say again what it said, as a new version; all that holds for an edit holds for this. */
  async restore(campaignId: number, number: number, version: number | null, actor: string): Promise<CampaignResponse> {
    const { number: _number, created_at: _at, created_by: _by, ...content } = await this.get(campaignId, number);
    return this.campaigns.update(campaignId, content, version, actor);
  }
}
