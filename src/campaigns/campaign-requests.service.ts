import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { invalid } from '../platform/errors.js';
import { Campaign } from './campaign.entity.js';
import { CampaignAudienceService } from './campaign-audience.service.js';
import { checkRequest } from './campaign-checks.js';
import { lockCampaigns } from './campaign-requests.queries.js';
import { applyRequest, presentRequest, requestOf } from './campaign-plan.js';
import { plainRequest } from './plain-request.js';
import type { CreateCampaign } from './campaigns.dto.js';
import type { CampaignStatus } from './domain/campaign-status.js';

/** A campaign spelled in the one way there is: `full` with every default, `plain` without any. */
export interface SpelledCampaign {
  full: Record<string, unknown>;
  plain: Record<string, unknown>;
}

/** A campaign that is there, as the request that would make it. */
export interface WrittenCampaign extends SpelledCampaign {
  id: number;
  name: string;
  status: CampaignStatus;
  version: number;
}

const NOBODY = { target: null, include: [], exclude: [] };

/** Campaigns as the requests that make them: what one has been told, apart from what became of it. */
@Injectable()
export class CampaignRequestsService {
  constructor(
    private readonly em: EntityManager,
    private readonly audiences: CampaignAudienceService,
    private readonly config: Config,
  ) {}

  /** Every campaign that is not deleted, in the order they were made, as the caller's transaction sees them. */
  async written(): Promise<WrittenCampaign[]> {
    // A fork of its own: what is only read must not be taken for fresh by who edits it later in the transaction.
    const em = this.em.fork({ keepTransactionContext: true });
    const campaigns = await em.find(Campaign, { deletedAt: null }, { orderBy: { id: 'asc' } });
    const segments = await this.audiences.namesOf(campaigns);
    return campaigns.map((campaign) => {
      const full = presentRequest(campaign, segments.get(campaign.id)!);
      const { id, name, status, version } = campaign;
      return { id, name, status, version, full: { ...full }, plain: plainRequest(full) };
    });
  }

  /** Holds campaigns for a transaction that will change several: before it changes anything else. */
  async hold(ids: number[]): Promise<void> {
    await lockCampaigns(this.em.getKysely(), ids);
  }

  /** What a campaign made by this request would be spelled like; nothing is kept. Throws INVALID_CAMPAIGN. */
  spell(input: CreateCampaign): SpelledCampaign {
    const request = requestOf(input);
    const checked = checkRequest(request, this.config);
    if ('errors' in checked) throw invalid('INVALID_CAMPAIGN', checked.errors);
    const campaign = new Campaign();
    applyRequest(campaign, request, checked.schedule, NOBODY);
    const { target_segment, include, exclude } = request;
    const full = presentRequest(campaign, { target_segment, include, exclude });
    return { full: { ...full }, plain: plainRequest(full) };
  }
}
