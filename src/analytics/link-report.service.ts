import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import type { Link } from '../campaigns/link.entity.js';
import { LinksService } from '../campaigns/links.service.js';
import { Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { type HitCounts, linkCounts } from './hit-counts.queries.js';
import { HitKeeper, type Rescored } from './hit-keeper.js';
import type { LinkCounts, LinkResponse } from './links.dto.js';

const LINKS_AT_ONCE = 200;

/** How the links of a campaign fared. */
@Injectable()
export class LinkReportService {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
    private readonly links: LinksService,
    private readonly keeper: HitKeeper,
  ) {}

  /** Throws CAMPAIGN_NOT_FOUND. */
  async list(campaignId: number, query: PageQuery): Promise<Page<LinkResponse>> {
    await this.campaigns.get(campaignId);
    const links = await this.links.list(campaignId, query);
    const versions = [...new Set(links.map(({ contentVersion }) => contentVersion))];
    const counts = versions.length === 0 ? [] : await linkCounts(this.em.getKysely(), campaignId, versions);
    const page = Page.from(
      links.map((link) =>
        responseOf(
          link,
          counts.filter(
            ({ contentVersion, number }) => contentVersion === link.contentVersion && number === link.number,
          ),
        ),
      ),
    ) as Page<LinkResponse>;
    page.next = links.next;
    return page;
  }

  /** Every link, however many there are. Throws CAMPAIGN_NOT_FOUND. */
  async all(campaignId: number): Promise<LinkResponse[]> {
    const all: LinkResponse[] = [];
    let page: Page<LinkResponse> | null = null;
    do {
      page = await this.list(campaignId, { limit: LINKS_AT_ONCE, cursor: page?.next ?? undefined });
      all.push(...page);
    } while (page.next !== null);
    return all;
  }

  /** Judges all hits of a campaign anew. Throws CAMPAIGN_NOT_FOUND. */
  async rescore(campaignId: number): Promise<Rescored> {
    await this.campaigns.get(campaignId);
    return this.keeper.rescore(campaignId);
  }
}

function responseOf({ id, contentVersion, number, target }: Link, counts: HitCounts[]): LinkResponse {
  const runs = counts.map((count) => ({ run_id: count.runId, ...countsOf(count) }));
  const sum = (name: keyof LinkCounts) => runs.reduce((total, run) => total + run[name], 0);
  return {
    id,
    content_version: contentVersion,
    number,
    target,
    clicked: sum('clicked'),
    clicked_all: sum('clicked_all'),
    clicks: sum('clicks'),
    clicks_all: sum('clicks_all'),
    runs,
  };
}

const countsOf = ({ contacts, humanContacts, hits, humanHits }: HitCounts): LinkCounts => ({
  clicked: humanContacts,
  clicked_all: contacts,
  clicks: humanHits,
  clicks_all: hits,
});
