import { Injectable } from '@nestjs/common';
import { VariableGapsService } from '../audience/variable-gaps.service.js';
import { Clock } from '../platform/clock.js';
import { CampaignAudienceService } from './campaign-audience.service.js';
import { CampaignsService } from './campaigns.service.js';
import { sentMessage } from './domain/email-message.js';
import { printedVariables } from './domain/printed-variables.js';
import { messageOfVariant } from './domain/variants.js';
import type { MissingVariablesResponse } from './missing-variables.dto.js';

/** What a campaign's message asks of its audience, and the audience does not have. */
@Injectable()
export class MissingVariablesService {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly audiences: CampaignAudienceService,
    private readonly gaps: VariableGapsService,
    private readonly clock: Clock,
  ) {}

  /** Throws CAMPAIGN_NOT_FOUND. */
  async of(campaignId: number): Promise<MissingVariablesResponse> {
    const { campaign } = await this.campaigns.plan(campaignId);
    const message = { ...campaign, ...sentMessage(campaign) };
    const messages = campaign.variants?.map((variant) => messageOfVariant(message, variant)) ?? [message];
    const printed = [...new Set(messages.flatMap(printedVariables))];
    const gaps = await this.gaps.of(await this.audiences.of(campaign), printed, campaign.channel, this.clock.now());
    const variables = printed.map((variable, index) => {
      const missing = gaps?.empty[index] ?? 0;
      return { variable, missing, share: gaps?.contacts ? missing / gaps.contacts : 0 };
    });
    return {
      campaign_id: campaignId,
      contacts: gaps?.contacts ?? null,
      exact: gaps?.exact ?? false,
      variables: gaps ? variables.sort((one, other) => other.missing - one.missing) : [],
    };
  }
}
